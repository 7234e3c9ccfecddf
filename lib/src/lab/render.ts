import type { TopLevelSpec } from "vega-lite";
import type { Figure } from "../charts/figure";
import { type TextItem, textWidth } from "./text-width";

/**
 * Draw a figure as SVG without a browser, as it stands before any slider is moved.
 *
 * @throws Error when Vega-Lite warns: a figure that draws something else than was asked for is a defect
 */
export async function renderSvg(figure: Figure): Promise<string> {
  const vegaLite = await import("vega-lite");
  const vega = await import("vega");
  // Vega's types leave its text metrics out.
  (vega as unknown as TextMetrics).textMetrics.width = textWidth;
  const warnings: string[] = [];
  const logger = quietLogger((message) => warnings.push(message));
  const { spec } = vegaLite.compile(figure.spec as unknown as TopLevelSpec, { logger });
  const view = new vega.View(vega.parse(spec), { renderer: "none", logger });
  try {
    const svg = await view.toSVG();
    if (warnings.length > 0) throw new Error(`The figure ${figure.name} does not draw cleanly: ${warnings.join("; ")}`);
    return svg;
  } finally {
    view.finalize();
  }
}

interface TextMetrics {
  textMetrics: { width(item: TextItem, line: unknown): number };
}

interface Logger {
  level(level?: number): never;
  error(...parts: readonly unknown[]): Logger;
  warn(...parts: readonly unknown[]): Logger;
  info(...parts: readonly unknown[]): Logger;
  debug(...parts: readonly unknown[]): Logger;
}

function quietLogger(heard: (message: string) => void): Logger {
  const logger: Logger = {
    level: (() => logger) as never,
    error: (...parts) => {
      heard(parts.join(" "));
      return logger;
    },
    warn: (...parts) => {
      heard(parts.join(" "));
      return logger;
    },
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}
