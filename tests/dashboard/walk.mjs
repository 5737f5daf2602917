// All walks through the page, one after another; names of areas as arguments run these alone.
import { check, known, open, problems, signedIn, signIn } from "./browser.mjs";
import { deviceNotes } from "./notes.mjs";
import { people } from "./people.mjs";
import { pcs } from "./pcs.mjs";
import { policy } from "./policy.mjs";
import { registers } from "./registers.mjs";
import { signingIn, signingOut } from "./session.mjs";
import { units } from "./units.mjs";
import { everyPage } from "./every_page.mjs";

// Units after people: PCs change their unit there. Before the policy: what is counted changes there.
const areas = { signingIn, pcs, deviceNotes, people, units, policy, registers, everyPage, signingOut };
const wanted = process.argv.slice(2);

const { context, page } = await open();
try {
  await page.goto(known.address);
  if (wanted.length > 0 && !wanted.includes("signingIn")) {
    await page.waitForSelector("form.login");
    await signIn(page, "admin", known.password);
    await signedIn(page);
    problems(page);
  }
  for (const [name, walk] of Object.entries(areas)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`== ${name}`);
    const provoked = (await walk(page)) ?? [];
    const found = problems(page, ...provoked);
    check(found.length === 0, `the console holds no error${found.length ? `: ${found.join("; ")}` : ""}`);
  }
} catch (error) {
  await page.screenshot({ path: `${known.shots}/failed.png`, fullPage: true }).catch(() => {});
  console.error(error);
  process.exitCode = 1;
} finally {
  await context.close();
}
