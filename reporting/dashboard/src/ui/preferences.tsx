// Language and theme: of this browser, not of the account.
import { useId, useState } from "preact/hooks";
import { otherLanguage, say, setLanguage } from "../core/language";
import { setTheme, theme, themes, type Theme } from "../core/theme";

export function LanguageButton() {
  const other = otherLanguage();
  return (
    <button type="button" class="quiet" id="language" lang={other} onClick={() => setLanguage(other)}>
      {say("otherLanguage")}
    </button>
  );
}

export function ThemeSelect() {
  const [chosen, setChosen] = useState<Theme>(theme());
  const id = useId();
  const choose = (next: Theme) => {
    setTheme(next);
    setChosen(next);
  };
  return (
    <span class="theme">
      <label class="sr-only" for={id}>{say("theme")}</label>
      <select id={id} value={chosen} onChange={(event) => choose(event.currentTarget.value as Theme)}>
        {themes.map((name) => <option key={name} value={name}>{say(`theme_${name}`)}</option>)}
      </select>
    </span>
  );
}
