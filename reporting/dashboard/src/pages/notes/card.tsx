// Who uses a PC, where it stands, and by which telephone.
import type { DeviceDetails } from "centre-api";
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { timeText } from "../../core/format";
import { say } from "../../core/language";
import { useMay } from "../../core/session";
import { announce, Section, Terms } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { Input } from "../../ui/form";

function CardDialog({ device, close }: { device: DeviceDetails; close: () => void }) {
  const { card, device_id } = device;
  const [owner, setOwner] = useState(card.owner);
  const [room, setRoom] = useState(card.room);
  const [telephone, setTelephone] = useState(card.telephone);
  const work = async () => {
    // The number says which card was seen: who changed it meanwhile is not overwritten.
    const body = { owner, room, telephone, based_on: card.number };
    await send("PATCH /devices/{device_id}/card", { ids: { device_id }, body });
    announce(say("cardSaved"));
  };
  // As many letters as always fit into the bytes that the centre takes.
  return (
    <FormDialog title={say("editCardTitle", { name: device.host_name })} button={say("save")} close={close} work={work}>
      <Input label={say("cardOwner")} hint={say("cardOwnerHint")} name="owner" value={owner} set={setOwner}
        maxLength={100} autoComplete="off" />
      <Input label={say("cardRoom")} name="room" value={room} set={setRoom} maxLength={50} autoComplete="off" />
      <Input label={say("cardTelephone")} name="telephone" type="tel" value={telephone} set={setTelephone}
        maxLength={50} autoComplete="off" />
    </FormDialog>
  );
}

export function CardSection({ device, renew }: { device: DeviceDetails; renew: () => void }) {
  const { card } = device;
  const [editing, setEditing] = useState(false);
  const mayDescribe = useMay("describe");
  const close = () => {
    setEditing(false);
    renew();
  };
  const edit = <button type="button" onClick={() => setEditing(true)}>{say("editCard")}</button>;
  const written = card.owner || card.room || card.telephone;
  return (
    <Section title={say("card")} note={say("cardText")} actions={mayDescribe && edit}>
      {!written && <p>{say("noCard")}</p>}
      {card.number > 0 && (
        <Terms class="summary" entries={[
          [say("cardOwner"), card.owner],
          [say("cardRoom"), card.room],
          [say("cardTelephone"), card.telephone],
          [say("cardChanged"), say("cardChangedBy", { time: timeText(card.changed_at), name: card.changed_by })],
        ]} />
      )}
      {editing && <CardDialog device={device} close={close} />}
    </Section>
  );
}
