// Links to files that the centre makes, in the page's language.
import { apiAddress, withQuery, type Query } from "../core/api";
import { language } from "../core/language";

export function FileLink({ path, query = {}, text, button }: { path: string; query?: Query; text: string; button?: boolean }) {
  return <a class={button ? "button" : undefined} href={withQuery(apiAddress(path), { ...query, lang: language() })} download>{text}</a>;
}
