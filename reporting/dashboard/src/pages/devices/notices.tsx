// What a person must look at: on one PC's page, and all of it in a list.
import type { Notice as Found } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { numberText, pathText } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { useMay } from "../../core/session";
import { announce, Empty, ErrorNote, Page, Section, Shown, Time, ZoneNote } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { Check } from "../../ui/form";
import { Table } from "../../ui/table";

function TakeOverDialog({ notice, close, done }: { notice: Found; close: () => void; done: () => void }) {
  const former = notice.other_device_id!;
  const work = async () => {
    await send("POST /devices/{device_id}/take-over", { ids: { device_id: notice.device_id }, body: { from: former } });
    announce(say("takeOverDone"));
    done();
  };
  return (
    <FormDialog title={say("takeOverTitle", { name: notice.host_name })} button={say("takeOver")} close={close}
      work={work}>
      <p>{say("takeOverText", { former: `${notice.other_host_name ?? "?"} (${former})` })}</p>
    </FormDialog>
  );
}

function Acts({ notice, done }: { notice: Found; done: () => void }) {
  const [asked, setAsked] = useState(false);
  const action = useAction();
  const mayChange = useMay("administer");
  if (notice.settled_at) return <>{say("settledBy", { name: notice.settled_by })}</>;
  if (!mayChange) return null;
  const settle = () => action.run(async () => {
    await send("POST /devices/{device_id}/notices/{kind}/settle",
      { ids: { device_id: notice.device_id, kind: notice.kind } });
    announce(say("settled"));
    done();
  });
  return (
    <>
      {notice.other_device_id && <button type="button" onClick={() => setAsked(true)}>{say("takeOver")}</button>}
      <button type="button" disabled={action.busy} onClick={settle}>{say("settle")}</button>
      <ErrorNote error={action.error} />
      {asked && <TakeOverDialog notice={notice} close={() => setAsked(false)} done={done} />}
    </>
  );
}

function NoticeTable({ notices, pcs, done }: { notices: Found[]; pcs: boolean; done: () => void }) {
  return (
    <Table caption={say("noticesCaption")} rows={notices} rowKey={(each) => `${each.device_id}/${each.kind}`} columns={[
      ...(pcs ? [{
        key: "pc", title: say("hostName"), head: true,
        cell: (each: Found) => <a href={link(["devices", each.device_id])}>{each.host_name}</a>,
      }, { key: "unit", title: say("unit"), cell: (each: Found) => pathText(each.unit) }] : []),
      { key: "kind", title: say("noticeKind"), cell: (each) => say(`notice_${each.kind}`) },
      { key: "text", title: say("noticeText"), cell: (each) => inLanguage(each.text) },
      { key: "times", title: say("noticeTimes"), numeric: true, cell: (each) => numberText(each.times) },
      { key: "last", title: say("noticeLast"), class: "when", cell: (each) => <Time at={each.last_at} /> },
      { key: "acts", title: "", cell: (each) => <Acts notice={each} done={done} /> },
    ]} />
  );
}

/** Those of one PC that nobody has settled. */
export function PcNotices({ notices, done }: { notices: Found[]; done: () => void }) {
  const open = notices.filter((each) => !each.settled_at);
  if (open.length === 0) return null;
  return <Section title={say("notices")}><NoticeTable notices={open} pcs={false} done={done} /></Section>;
}

export function NoticesPage() {
  const [settled, setSettled] = useState(false);
  const loaded = useLoaded(address("GET /notices", { query: { settled } }));
  return (
    <Page title={say("notices")} lead={say("noticesLead")}>
      <Check label={say("settledToo")} checked={settled} set={setSettled} />
      <Shown of={loaded}>
        {({ notices }) => (notices.length === 0 ? <Empty title={say("noNotices")} /> : (
          <>
            <NoticeTable notices={notices} pcs done={loaded.reload} />
            <ZoneNote />
          </>
        ))}
      </Shown>
    </Page>
  );
}
