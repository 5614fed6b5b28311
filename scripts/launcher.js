#!/usr/bin/env node
// Becomes dist/cli.js: plain old JavaScript, so that a Node that is too old for the program itself
// still gets as far as a message. Keep the version in step with "engines" (a test compares them).
const needed = [22, 15];
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(
    `dsl needs Node ${needed.join(".")} or newer; this is ${process.versions.node}\n` +
      "Try: npm install node@24, then npx dsl … (or install Node 24 from https://nodejs.org)\n",
  );
  process.exitCode = 1;
} else {
  void import("./main.js");
}
