// Answers of the centre as a page's state.
import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError, get } from "./api";

export interface Loaded<T> {
  data?: T;
  error?: ApiError;
  loading: boolean;
  reload: () => void;
}

export const asApiError = (error: unknown): ApiError => (error instanceof ApiError ? error : new ApiError(-1, "page_mistake", String(error)));

/**
 * The answer to GET `path`; nothing is asked while it is null. While the next one is on its way the last one stays, so that the page
 * does not flicker; an answer that was overtaken is dropped.
 */
export function useLoaded<T>(path: string | null): Loaded<T> {
  const [state, setState] = useState<{ path: string | null; data?: T; error?: ApiError; loading: boolean }>({ path, loading: path !== null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) {
      setState({ path, loading: false });
      return undefined;
    }
    const ended = new AbortController();
    setState((last) => ({ ...last, loading: true }));
    get<T>(path, ended.signal).then(
      (data) => setState({ path, data, loading: false }),
      (error) => {
        if (!ended.signal.aborted) setState({ path, error: asApiError(error), loading: false });
      },
    );
    return () => ended.abort();
  }, [path, round]);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  return { data: state.data, error: state.error, loading: state.loading, reload };
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
