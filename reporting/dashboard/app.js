// Which page is shown: the address after # says so, the session decides whether it may be.
import { signIn, signOut, whoIsSignedIn } from "/api.js";
import { showDevice } from "/device.js";
import { element, showPage } from "/dom.js";
import { showUnit, showUnits } from "/lists.js";
import { knows, language, otherLanguage, say, setLanguage } from "/words.js";

let user = "";

const pages = [
  [/^#\/units\/(\d+)$/, showUnit],
  [/^#\/devices\/([^/]+)$/, showDevice],
  [/^/, showUnits],
];

function errorText(error) {
  if (error.code === "too_many_attempts") return say(error.code, { minutes: Math.max(1, Math.ceil(error.retryAfter / 60)) });
  return error.code && knows(error.code) ? say(error.code) : say("failed") + error.message;
}

function showHeader() {
  document.documentElement.lang = language;
  const languageButton = document.getElementById("language");
  languageButton.textContent = say("otherLanguage");
  languageButton.lang = otherLanguage();
  document.getElementById("who").textContent = user;
  const out = document.getElementById("sign-out");
  out.textContent = say("signOut");
  out.hidden = user === "";
}

function showLogin(message = "") {
  user = "";
  showHeader();
  const error = element("p", { class: "error", role: "alert" }, message);
  const name = element("input", { id: "user", name: "user", autocomplete: "username", required: true, autocapitalize: "none" });
  const password = element("input", { id: "password", name: "password", type: "password", autocomplete: "off", required: true });
  const button = element("button", { type: "submit" }, say("signIn"));
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    error.textContent = "";
    try {
      user = await signIn(name.value, password.value);
      await showAddress();
    } catch (failure) {
      password.value = "";
      error.textContent = errorText(failure);
      button.disabled = false;
      password.focus();
    }
  };
  showPage(say("signIn"), element("form", { class: "login", submit }, element("h1", {}, say("signIn")),
    element("label", { for: "user" }, say("user")), name, element("label", { for: "password" }, say("password")), password, error, button));
  name.focus();
}

let newest = 0;

async function showAddress() {
  showHeader();
  const address = decodeURI(location.hash);
  const [pattern, show] = pages.find(([candidate]) => candidate.test(address));
  const asked = (newest += 1);
  try {
    await show(...(address.match(pattern).slice(1)));
  } catch (error) {
    // An answer that comes after the next click must not replace its page.
    if (asked !== newest) return;
    if (error.status === 401) showLogin(say("not_signed_in"));
    else showPage("", element("p", { class: "error", role: "alert" }, errorText(error)));
  }
}

async function start() {
  showHeader();
  try {
    user = await whoIsSignedIn();
  } catch (error) {
    return showLogin(error.status === 401 ? "" : errorText(error));
  }
  return showAddress();
}

document.getElementById("language").addEventListener("click", () => {
  setLanguage(otherLanguage());
  if (user) showAddress();
  else showLogin();
});
document.getElementById("sign-out").addEventListener("click", async () => {
  // Whatever the centre answers, this page forgets; an expired session is as good as an ended one.
  await signOut().catch(() => {});
  location.hash = "";
  showLogin();
});
window.addEventListener("hashchange", () => { if (user) showAddress(); });
start();
