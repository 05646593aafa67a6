import { AT_FDCWD, RENAME_EXCHANGE, renameAt2 } from "../../src/host/index.ts";

/** Exchanges two paths for each other without end: `exchange-loop A B`. Says `ready` first. */
const [a = "", b = ""] = process.argv.slice(2);
console.log("ready");
for (;;) renameAt2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
