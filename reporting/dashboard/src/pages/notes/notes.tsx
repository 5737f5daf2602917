// The card of a PC, and the notes about it: add, read, remove.
import type { DeviceDetails, DeviceNote } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { useMay } from "../../core/session";
import { announce, Empty, ErrorNote, Section, Shown, Time } from "../../ui/basic";
import { DangerDialog } from "../../ui/dialog";
import { TextArea } from "../../ui/form";
import { Table, type Column } from "../../ui/table";
import { CardSection } from "./card";

function NewNote({ id, added }: { id: string; added: () => void }) {
  const [text, setText] = useState("");
  const action = useAction();
  const submit = async (event: Event) => {
    event.preventDefault();
    const done = await action.run(async () => {
      await send("POST /devices/{device_id}/notes", { ids: { device_id: id }, body: { text } });
    });
    if (!done) return;
    setText("");
    announce(say("noteAdded"));
    added();
  };
  return (
    <form onSubmit={submit} class="form apart" aria-busy={action.busy}>
      <TextArea label={say("newNote")} value={text} set={setText} required maxLength={1000} />
      <ErrorNote error={action.error} />
      <div class="buttons">
        <button type="submit" class="main" disabled={action.busy || text.trim() === ""}>{say("addNote")}</button>
      </div>
    </form>
  );
}

function columns(remove?: (note: DeviceNote) => void): Column<DeviceNote>[] {
  const list: Column<DeviceNote>[] = [
    { key: "at", title: say("date"), head: true, class: "when", cell: (note) => <Time at={note.written_at} /> },
    { key: "by", title: say("writtenBy"), class: "nowrap", cell: (note) => note.written_by },
    { key: "text", title: say("noteText"), class: "lines", cell: (note) => note.text },
  ];
  if (!remove) return list;
  const button = (note: DeviceNote) => (
    <button type="button" class="small" onClick={() => remove(note)}>{say("removeNote")}</button>
  );
  return [...list, { key: "remove", title: "", cell: button }];
}

export function NotesTab({ device, renew }: { device: DeviceDetails; renew: () => void }) {
  const { device_id } = device;
  const list = useLoaded(address("GET /devices/{device_id}/notes", { ids: { device_id } }));
  const [removing, setRemoving] = useState<DeviceNote | null>(null);
  const mayDescribe = useMay("describe");
  const changed = () => {
    list.reload();
    renew();
  };
  return (
    <>
      <CardSection device={device} renew={renew} />
      <Section title={say("notes")}>
        {mayDescribe && <NewNote id={device_id} added={changed} />}
        <Shown of={list}>
          {({ notes }) => notes.length === 0 ? <Empty title={say("noNotes")} /> : (
            <Table caption={say("notesCaption")} rows={notes} rowKey={(note) => note.id}
              columns={columns(mayDescribe ? setRemoving : undefined)} />
          )}
        </Shown>
      </Section>
      {removing && (
        <DangerDialog title={say("removeNoteTitle")} button={say("removeNote")} close={() => setRemoving(null)}
          done={changed} work={() => send("DELETE /devices/{device_id}/notes/{note_id}", {
            ids: { device_id, note_id: removing.id },
          })}>
          <p class="lines">{removing.text}</p>
          <p>{say("removeNoteText")}</p>
        </DangerDialog>
      )}
    </>
  );
}
