import { Command, CommanderError, Option } from "commander";
import { diskReason } from "../base/disk";
import { InputError, Interrupted } from "../base/errors";
import { printable, quote } from "../base/quote";
import { STOPPED, stoppable } from "../base/signals";
import { withLabOptions } from "./lab-options";
import { LEFT_BEHIND } from "./left-behind";
import type { Terminal } from "./terminal";

const TERMINAL: Terminal = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/**
 * Run the command line. Exit codes: 0 done, 1 failed (a full disk too), 2 wrong use or bad input (one sentence on stderr),
 * 130, 143 or 129 stopped by SIGINT (Ctrl-C), SIGTERM or SIGHUP (the terminal was closed).
 *
 * @param argv as `process.argv`
 */
export async function main(argv: readonly string[], terminal: Terminal = TERMINAL): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => outputFailed(error, terminal));
  // Without a stderr there is nobody to tell.
  process.stderr.on("error", () => {});
  process.exitCode = await stoppable(
    () => execute(argv.slice(2), terminal),
    () => {
      const left = LEFT_BEHIND[argv[2]];
      terminal.err(left === undefined ? "Stopped.\n" : `Stopped: ${left}.\n`);
    },
  );
}

/** A reader that closed early, such as `head`, is no error: the work goes on unheard. Any other failure ends it. */
function outputFailed(error: NodeJS.ErrnoException, terminal: Terminal): void {
  if (error.code === "EPIPE") return;
  terminal.err(`The output could not be written to stdout (${diskReason(error) ?? error.message}): make room there.\n`);
  process.exit(1);
}

/** The exit code of `msae-lab` with these arguments; never throws. */
export async function execute(args: readonly string[], outer: Terminal = TERMINAL): Promise<number> {
  // What stderr says is for people: no line of it makes a terminal do what a file's or an option's text asks of it.
  const terminal: Terminal = { out: outer.out, err: (text) => outer.err(text.split("\n").map(printable).join("\n")) };
  const program = buildProgram(terminal, await helpOfSettings(args));
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof InputError) {
      terminal.err(`${error.message}\n`);
      return 2;
    }
    if (error instanceof Interrupted) {
      terminal.err(`${error.message}\n`);
      return STOPPED.SIGINT;
    }
    terminal.err(`${error instanceof Error ? (process.env.MSAE_DEBUG ? error.stack : error.message) : error}\n`);
    return 1;
  }
}

/** What the help of `run` says of the settings; they are gathered only where it is asked for. */
const helpOfSettings = async (args: readonly string[]): Promise<string> =>
  args.includes("run") && args.some((each) => ["--help", "-h", "help"].includes(each))
    ? (await import("./settings")).settingsHelp()
    : "";

function buildProgram(terminal: Terminal, ofSettings: string): Command {
  const program = new Command("msae-lab")
    .description("Monosemanticity in recommender systems: the notebooks' stages without a notebook")
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showSuggestionAfterError();
  // Subcommands are copied from these settings, so they come first.
  const command = (nameAndArguments: string, description: string): Command =>
    program.command(nameAndArguments).description(description).copyInheritedSettings(program);

  withLabOptions(
    command(
      "run",
      "the whole pipeline: data, factors, autoencoder, scores with nulls, alignment; writes DIR/card.json",
    ),
    wholeNumber,
  )
    .option("--seeds <n>", "whole pipelines on this data, each with a seed of its own (default 1)", wholeNumber)
    .option("--held-out <file>", "interactions that are held out, in place of a draw; the rest is fitted on")
    .option("--null-factors <dir...>", "null factors fitted elsewhere, a folder a run, in place of rewired data")
    .addOption(
      new Option("--null <name>", "also run the whole pipeline 19 times on rewired data").choices(["none", "rewired"]),
    )
    .option("--out <dir>", "where card.json goes", ".")
    .option("--export <dir>", "write the card's figures (SVG, PNG, Vega-Lite) and tables (CSV, LaTeX) there")
    .option("--export-data <dir>", "write train and held-out interactions there, and each run's rewired ones, as CSV")
    .option("--json", "print the card on stdout, and nothing else there")
    .addHelpText("after", ofSettings)
    .action(async (options) => (await import("./run")).run(options, terminal));

  command("settings [name]", "every setting of a run, or those of a group such as mf: meaning, unit, default, source")
    .option("--json", "print them on stdout as JSON, and nothing else there")
    .action(async (name, options) => (await import("./settings")).settings(name, options, terminal));

  command("data [name]", "fetch and verify a public data set; without a name, list those that can be fetched")
    .option("--dir <dir>", "folder to put it in (default data/downloads/NAME)")
    .option("--accept-changed", "keep a file although it is not the one whose checksum was recorded")
    .option("--json", "print the result on stdout, and nothing else there")
    .action(async (name, options) => (await import("./data")).data(name, options, terminal));

  command("generate", "planted data as files, with the truth that was planted")
    .option("--users <n>", "users", wholeNumber)
    .option("--items <n>", "items", wholeNumber)
    .option("--interactions <n>", "distinct user–item pairs", wholeNumber)
    .option("--seed <n>", "seed of every random draw", wholeNumber, 42)
    .requiredOption("--out <dir>", "folder to write")
    .addOption(new Option("--format <name>", "column names and fields").choices(["amazon", "csv"]).default("amazon"))
    .addOption(
      new Option(
        "--shape <name>",
        "small and dense, or as the paper's raw files (default: from 10,000 users on)",
      ).choices(["starter", "published"]),
    )
    .option("--json", "print what was written on stdout, and nothing else there")
    .action(async (options) => (await import("./generate")).generate(options, terminal));

  withLabOptions(
    command("notebooks", "execute the notebooks headless, on the data that is named; a failing cell is named"),
    wholeNumber,
  )
    .option("--html <dir>", "write each executed notebook there as a page")
    .option("--export <dir>", "write every figure (SVG, PNG, Vega-Lite) and table (CSV, LaTeX) of the notebooks there")
    .option("--only <nn>", "only this notebook: its number, such as 03, or a part of its name")
    .option("--json", "print the results on stdout, and nothing else there")
    .action(async (options) => (await import("./notebooks")).notebooks(options, terminal));

  command(
    "compare <cards...>",
    "two or more cards, or the folders of their runs, side by side: what differs in configuration and in result",
  )
    .option("--json", "print the comparison on stdout, and nothing else there")
    .action(async (cards, options) => (await import("./compare")).compare(cards, options, terminal));

  command(
    "labels",
    "labels of a run's latents, by a language model or offline, tested on items that they were not written from",
  )
    .requiredOption("--from <dir>", "the --out folder of a finished run")
    .option(
      "--model <name>",
      "a model of the server at OPENAI_BASE_URL, or of OpenAI's with OPENAI_API_KEY (default: offline labels)",
    )
    .addOption(
      new Option("--judge <name>", "who judges whether a label fits an item")
        .choices(["lexical", "model"])
        .default("lexical"),
    )
    .option("--no-nulls", "do not label the latents of an untrained encoder beside: half as many requests")
    .option("--dry-run", "print requests, tokens and cost, and send nothing")
    .option("--batch <file>", "write the requests there for the Batch API; where it holds the results, read them")
    .option("--concurrency <n>", "requests at a time", wholeNumber, 4)
    .option("--timeout <seconds>", "how long an answer may take", number, 120)
    .option("--budget <dollars>", "stop before this is spent", number)
    .option(
      "--prices <file>",
      "your own prices, in the form of lib/prices.json (default data/prices.json, where there is one)",
    )
    .option("--json", "print the summary on stdout, and nothing else there")
    .action(async (options) => (await import("./labels")).labels(options, terminal));

  command("explore", "a run's latents as one page to browse, offline: labels, scores in their nulls, items, users")
    .requiredOption("--from <dir>", "the --out folder of a finished run")
    .option("--against <dir>", "the --out folder of a second run, put beside the first latent by latent")
    .option("--out <file>", "the page (default: explore.html in the folder of the run)")
    .option("--json", "print what was written on stdout, and nothing else there")
    .action(async (options) => (await import("./explore")).explore(options, terminal));

  const runs = command("runs", "what data/runs holds");
  runs
    .command("list")
    .description("stages and their sizes")
    .option("--json", "print JSON on stdout, and nothing else there")
    .action(async (options) => (await import("./runs")).list(options, terminal));
  runs
    .command("clean")
    .description("remove what no card needs: damaged and abandoned folders, and results of other code")
    .option("--all", "remove every result")
    .option("--json", "print JSON on stdout, and nothing else there")
    .action(async (options) => (await import("./runs")).clean(options, terminal));

  command("bench", "speed: ours, and other programs' beside it where a Python has them, in alternating rounds")
    .option("--only <names...>", "msae, msae-wide, msae-native, ials, bce-sgd, top-k, ingest, growth")
    .option("--peers <python>", "a Python with numpy, and torch, implicit and scipy for more")
    .addOption(
      new Option("--size <name>", "a minute, or the paper's sizes").choices(["small", "full"]).default("small"),
    )
    .option("--rounds <n>", "measured rounds, after one to warm up (default: three or so)", wholeNumber)
    .option("--data <dir>", "raw files for ingest: ratings and items (default: planted, written once to data/bench)")
    .option("--readme <dir>", "keep the figures there: results.json, README.md and the figure of the growth")
    .option("--json", "print the figures on stdout, and nothing else there")
    .action(async (options) => (await import("./bench")).bench(options, terminal));

  command("doctor", "what works here: Node, backend, why, and how fast each choice is, kernel, JupyterLab, memory")
    .option("--no-speed", "leave out the measurement, which takes some ten seconds")
    .option("--json", "print JSON on stdout, and nothing else there")
    .action(async (options) => (await import("./doctor")).doctor(options, terminal));
  return program;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text.trim())) throw new InputError(`${quote(text)} is no whole number: give one such as 42.`);
  return Number(text);
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new InputError(`${quote(text)} is no number from 0: give one such as 2.5.`);
  return value;
}
