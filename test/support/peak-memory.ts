// Runs a command and prints, as JSON, how it ended and the most memory that it or one of its processes held. A program of
// its own, because a new process counts what the one that starts it holds.
const child = Bun.spawn(process.argv.slice(2), { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
const stderr = await new Response(child.stderr).text();
const exitCode = await child.exited;
console.log(JSON.stringify({ peak: child.resourceUsage()?.maxRSS, stderr, exitCode }));

export {};
