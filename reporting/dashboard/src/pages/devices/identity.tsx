// A PC's certificate, and the units that it was in.
import type { DeviceDetails } from "centre-api";
import { pathText } from "../../core/format";
import { say } from "../../core/language";
import { Section, Terms, Time } from "../../ui/basic";
import { Table } from "../../ui/table";

export function IdentityTab({ device }: { device: DeviceDetails }) {
  const { certificate, moves } = device;
  return (
    <>
      <Section title={say("certificate")}>
        <Terms class="summary" entries={[
          ["ID", <code>{device.device_id}</code>],
          [say("enrolledAt"), <Time at={device.enrolled_at} />],
          [say("validUntil"), certificate && <Time at={certificate.not_after} />],
          [say("serial"), certificate && <code>{certificate.serial}</code>],
          [say("fingerprint"), certificate && <code>{certificate.sha256}</code>],
        ]} />
      </Section>
      <Section title={say("moves")}>
        {moves.length === 0 ? <p>{say("noMoves")}</p> : (
          <Table caption={say("moves")} rows={moves} rowKey={(move) => move.at} columns={[
            { key: "at", title: say("date"), head: true, class: "when", cell: (move) => <Time at={move.at} /> },
            { key: "from", title: say("from"), cell: (move) => pathText(move.from) },
            { key: "to", title: say("moveTo"), cell: (move) => pathText(move.to) },
            { key: "by", title: say("askedBy"), cell: (move) => move.actor },
          ]} />
        )}
      </Section>
    </>
  );
}
