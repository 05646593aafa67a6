import { renewPage } from "./compatibility.ts";

const page = new URL("../../docs/compatibility.md", import.meta.url);
await Bun.write(page, await renewPage(await Bun.file(page).text()));
