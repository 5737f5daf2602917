// How far a scan has come: pushed by the centre while it runs, asked for when that does not work.
import type { Scan } from "centre-api";
import { useEffect, useState } from "preact/hooks";
import { address, get, type ApiError } from "./api";
import { asApiError } from "./load";

const askAgainAfter = 2000;

/** Calls `news` with the scan now and at every change until it is finished. Returns what ends it. */
export function followScan(id: string, news: (scan: Scan) => void, failed: (error: ApiError) => void): () => void {
  const ids = { batch_id: id };
  let ended = false;
  let timer = 0;
  let source: EventSource | null = null;

  const take = (scan: Scan) => {
    if (ended) return;
    news(scan);
    if (scan.finished) end();
  };
  const ask = async () => {
    try {
      take(await get(address("GET /scans/{batch_id}", { ids })));
    } catch (error) {
      if (!ended) failed(asApiError(error));
      return;
    }
    if (!ended) timer = window.setTimeout(ask, askAgainAfter);
  };
  const end = () => {
    ended = true;
    source?.close();
    clearTimeout(timer);
  };

  source = new EventSource(address("GET /scans/{batch_id}/events", { ids }));
  source.addEventListener("scan", (event) => take(JSON.parse(event.data) as Scan));
  source.addEventListener("error", () => {
    // The stream may have been cut by a proxy, or the centre may have none: asking always works.
    source?.close();
    source = null;
    if (!ended && timer === 0) void ask();
  });
  return end;
}

/** The scan as it stands; null before the first answer. */
export function useScan(id: string | null): { scan: Scan | null; error?: ApiError } {
  const [state, setState] = useState<{ scan: Scan | null; error?: ApiError }>({ scan: null });
  useEffect(() => {
    setState({ scan: null });
    if (!id) return undefined;
    return followScan(id, (scan) => setState({ scan }), (error) => setState((last) => ({ ...last, error })));
  }, [id]);
  return state;
}
