import { spawn } from "node:child_process";

/** Is there a screen to open a browser on? */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (env.CI) return false;
  return platform !== "linux" || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** Open the user's browser; one that is not there is no error, since the address is printed too. */
export function openBrowser(address) {
  const [command, ...args] = { darwin: ["open"], win32: ["cmd", "/c", "start", '""'] }[process.platform] ?? [
    "xdg-open",
  ];
  const child = spawn(command, [...args, address], { detached: true, stdio: "ignore" });
  child.on("error", () => {});
  child.unref();
}
