// What one PC was asked.
import { address } from "../../core/api";
import { inLanguage, say, sayOr } from "../../core/language";
import { useLoaded } from "../../core/load";
import { Empty, Shown, Time } from "../../ui/basic";
import { ScanState } from "../../ui/status";
import { Table } from "../../ui/table";

export function CommandsTab({ id }: { id: string }) {
  const list = useLoaded(address("GET /devices/{device_id}/commands", { ids: { device_id: id } }));
  return (
    <Shown of={list}>
      {({ commands }) => commands.length === 0 ? <Empty title={say("noCommands")} /> : (
        <Table caption={say("commandsCaption")} rows={commands} rowKey={(command) => command.command_id} columns={[
          {
            key: "at", title: say("askedAt"), head: true, class: "when",
            cell: (command) => <Time at={command.created_at} />,
          },
          {
            key: "kind", title: say("kind"),
            cell: ({ kind, argument }) => `${sayOr(`kind_${kind}`, kind)} ${argument}`,
          },
          { key: "by", title: say("askedBy"), cell: (command) => command.created_by },
          { key: "state", title: say("state"), cell: (command) => <ScanState state={command.state} /> },
          {
            key: "changed", title: say("changedAt"), class: "when",
            cell: (command) => <Time at={command.changed_at} />,
          },
          { key: "problem", title: say("problem"), cell: (command) => inLanguage(command.problem_text) },
        ]} />
      )}
    </Shown>
  );
}
