import { styleText } from "node:util";
import { askOnTerminal } from "./confirm.ts";
import { errorLines, interruptionLines } from "./error-report.ts";
import type { Step } from "./reporter.ts";
import { StatusLine } from "./status-line.ts";
import { type Output, type Terminal, terminalOn } from "./terminal.ts";

type Colour = Parameters<typeof styleText>[0];

/** Colours and a moving status line, for a person: progress on `err`, the result on `out`. */
export function interactiveTerminal(out: Output, err: Output): Terminal {
  const status = new StatusLine(err);
  let active: Step | null = null;
  const endActive = () => {
    active?.fail();
    active = null;
  };
  return terminalOn({
    step: (title) => {
      endActive();
      const step = liveStep(title, status, () => {
        active = null;
      });
      active = step;
      return step;
    },
    info: (message) => status.above(`${colour("blue", "●")} ${message}\n`),
    warn: (message) => status.above(`${colour("yellow", "▲")} Warning: ${message}\n`),
    event: () => {},
    output: (line) => {
      endActive();
      out.write(`${line}\n`);
    },
    result: (lines) => {
      endActive();
      out.write(lines.map((line) => `${line}\n`).join(""));
    },
    ask: (question) => {
      endActive();
      return askOnTerminal(question);
    },
    error: (report) => {
      endActive();
      const [message, ...rest] = errorLines(report);
      err.write(`${colour("red", message!)}\n${rest.join("\n")}\n`);
    },
    interrupted: (aftermath) => {
      endActive();
      err.write(`${interruptionLines(aftermath).join("\n")}\n`);
    },
  });
}

function liveStep(title: string, status: StatusLine, ended: () => void): Step {
  const end = (sign: string, text: string) => {
    status.clear();
    status.above(`${sign} ${text}\n`);
    ended();
  };
  status.show(title);
  return {
    progress: (done, total, detail) => {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      status.show(`${title} ${percent} %${detail === undefined ? "" : `, ${detail}`}`);
    },
    line: (text) => status.above(`${colour("dim", `   ${text}`)}\n`),
    done: (summary) => end(colour("green", "✔"), summary ? `${title}: ${summary}` : title),
    fail: (summary) => end(colour("red", "✖"), `${title}: ${summary ?? "failed"}`),
  };
}

/** Whether there are colours at all is decided before this display is chosen. */
function colour(name: Colour, text: string): string {
  return styleText(name, text, { validateStream: false });
}
