// Answers of the centre as a page's state.
import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError, get, type Address } from "./api";

export interface Loaded<T> {
  data?: T;
  error?: ApiError;
  loading: boolean;
  reload: () => void;
}

export const asApiError = (error: unknown): ApiError => (
  error instanceof ApiError ? error : new ApiError(-1, "page_mistake", String(error))
);

interface Answer<T> {
  from: string | null;
  round: number;
  data?: T;
  error?: ApiError;
}

/**
 * What an address answers; nothing is asked while it is null. While the next answer is on its way the last one stays,
 * so that the page does not flicker; an answer that was overtaken is dropped. `loading` is true from the very moment
 * that another answer is wanted: whatever is drawn for a new address never passes for its answer.
 */
export function useLoaded<T>(from: Address<T> | null): Loaded<T> {
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<Answer<T>>({ from: null, round: 0 });
  useEffect(() => {
    if (from === null) return undefined;
    const ended = new AbortController();
    get(from, ended.signal).then(
      (data) => setAnswer({ from, round, data }),
      (error) => {
        if (!ended.signal.aborted) setAnswer({ from, round, error: asApiError(error) });
      },
    );
    return () => ended.abort();
  }, [from, round]);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  if (from === null) return { loading: false, reload };
  return { data: answer.data, error: answer.error, loading: answer.from !== from || answer.round !== round, reload };
}

export interface Action {
  busy: boolean;
  error?: ApiError;
  run: (work: () => Promise<void>) => Promise<boolean>;
  clear: () => void;
}

/** Something that a button does: busy until it is done, with the error when it was refused. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | undefined>();
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
      return true;
    } catch (failure) {
      setError(asApiError(failure));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run, clear: () => setError(undefined) };
}
