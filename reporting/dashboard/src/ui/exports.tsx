// Links to files that the centre makes.
import type { NotJson } from "centre-api";
import type { Address } from "../core/api";

export function FileLink({ file, text, button }: { file: Address<NotJson>; text: string; button?: boolean }) {
  return <a class={button ? "button" : undefined} href={file} download>{text}</a>;
}
