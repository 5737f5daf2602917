// Importing a CSV file: first what it would do and which lines are wrong, then all of it or nothing.
import type { Words } from "centre-api";
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { inLanguage, say } from "../core/language";
import { useAction } from "../core/load";
import { announce, ErrorNote } from "./basic";
import { Dialog } from "./dialog";
import { Table } from "./table";

/** Some files are wrong in a line, others in a cell. */
interface LineProblem {
  line: number;
  column?: string;
  problem: Words;
}

function LineErrors({ errors }: { errors: LineProblem[] }) {
  const title = say("lineErrors", { count: errors.length });
  const keyOf = (error: LineProblem) => `${error.line} ${error.column} ${error.problem.en}`;
  return (
    <div class="notice bad" role="alert">
      <p><strong>{title}</strong></p>
      <Table caption={title} rows={errors.slice(0, 50)} rowKey={keyOf} columns={[
        { key: "line", title: say("line"), numeric: true, head: true, cell: (error) => error.line },
        { key: "column", title: say("column"), cell: (error) => error.column ?? "" },
        { key: "problem", title: say("problem"), cell: (error) => inLanguage(error.problem) },
      ]} />
    </div>
  );
}

export function ImportDialog<Result extends { errors: LineProblem[] }>(props: {
  title: string;
  note: ComponentChildren;
  ask: (file: File, preview: boolean) => Promise<Result>;
  summary: (result: Result) => ComponentChildren;
  close: () => void;
  done: () => void;
}) {
  const [file, setFile] = useState<File | null>(null);
  const [seen, setSeen] = useState<Result | null>(null);
  const action = useAction();
  const id = useId();
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setSeen(null);
    action.clear();
  };
  const good = seen !== null && seen.errors.length === 0;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!file) return;
    const imported = good;
    const went = await action.run(async () => setSeen(await props.ask(file, !imported)));
    if (!went || !imported) return;
    announce(say("done"));
    props.done();
    props.close();
  };
  return (
    <Dialog title={props.title} close={props.close}>
      <form class="form" onSubmit={submit} aria-busy={action.busy}>
        <p>{props.note}</p>
        <div class="field">
          <label for={id}>{say("csvFile")}</label>
          {/* Emptied first, so that the same file counts as chosen anew after it was mended. */}
          <input id={id} type="file" accept=".csv,text/csv" required
            onClick={(event) => { event.currentTarget.value = ""; choose(null); }}
            onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)} />
        </div>
        {seen && !good && <LineErrors errors={seen.errors} />}
        {good && <div class="notice plain" role="status">{props.summary(seen)}</div>}
        <ErrorNote error={action.error} />
        <div class="buttons">
          <button type="submit" class="main" disabled={action.busy || !file}>
            {say(good ? "importNow" : "preview")}
          </button>
          <button type="button" onClick={props.close}>{say("cancel")}</button>
        </div>
      </form>
    </Dialog>
  );
}
