/** Variables whose values no file, message or page may hold. */
const SECRET = /^OPENAI_(API_KEY|ADMIN_KEY|WEBHOOK_SECRET|ORG_ID|PROJECT_ID|CUSTOM_HEADERS)$/;

/** Shorter ones are placeholders for local servers, such as "none", and would be found in any text. */
const SHORTEST = 8;

/** Take secrets of the environment out of a text that came from a server or a library. */
export function withoutSecrets(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  const secrets = Object.entries(environment).flatMap(([name, value = ""]) =>
    SECRET.test(name) ? [value.trim(), ...value.split(/\s+/)] : [],
  );
  return secrets
    .filter((secret) => secret.length >= SHORTEST)
    .sort((a, b) => b.length - a.length)
    .reduce((clean, secret) => clean.replaceAll(secret, "[key]"), text);
}
