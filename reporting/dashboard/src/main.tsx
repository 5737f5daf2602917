import { render } from "preact";
import { App } from "./app";
import { language } from "./core/language";
import { restoreTheme } from "./core/theme";

restoreTheme();
document.documentElement.lang = language();
const root = document.getElementById("app")!;
root.replaceChildren();
render(<App />, root);
