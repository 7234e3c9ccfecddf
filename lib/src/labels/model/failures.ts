/** The whole run cannot go on: one sentence that says why and what helps. */
export class RunStopped extends Error {
  override readonly name: string = "RunStopped";
  constructor(
    message: string,
    /** Whether something was set wrongly, such as the model's name. */
    readonly wrongUse: boolean,
  ) {
    super(message);
  }
}

/** Another try may help: the server is busy, broke off or was too slow. */
export class Unreached extends Error {
  override readonly name: string = "Unreached";
  constructor(
    message: string,
    /** No server there, or it does no work now; or it may have worked on the request, and charge for it. */
    readonly kind: "absent" | "busy" | "broken" | "late",
    /** Milliseconds that the server asked to wait. */
    readonly waitMs = 0,
  ) {
    super(message);
  }
}

/** The server does not take the request as it is. */
export class NotTaken extends Error {
  override readonly name: string = "NotTaken";
  constructor(
    message: string,
    /** The field that it names, if it does. */
    readonly field: string,
  ) {
    super(message);
  }
}

/** What a server's error says, whatever library met it. */
export interface ServerError {
  status: number;
  /** Codes and types that it gives, joined. */
  codes: string;
  /** Field of the request that it names. */
  field: string;
  /** Its words, safe to show. */
  words: string;
  /** Milliseconds of its Retry-After. */
  waitMs: number;
}

/** An account without money: the same 429 as a server that is busy. */
const OUT_OF_MONEY = /insufficient_quota|billing|credit_balance|insufficient_credits|payment_required/i;

/** Fields of our request that a server may not know. */
const FIELDS = /response_format|json_schema|json_object|max_completion_tokens|max_tokens|temperature|\bseed\b|grammar/i;

/**
 * What an error of a server means for the run.
 *
 * @param model and host as they were asked, for the sentence
 */
export function meaning(error: ServerError, { model, host }: { model: string; host: string }): Error {
  const { status, codes, field, words, waitMs } = error;
  const said = words === "" ? "" : ` (${words})`;
  if (status === 402 || OUT_OF_MONEY.test(codes))
    return new RunStopped(
      `${host} says that the account's quota is used up${said}: add credit there, or wait for the next period, and run it again, which goes on from there.`,
      false,
    );
  if (status === 401)
    return new RunStopped(
      `${host} does not accept the key (HTTP 401): set OPENAI_API_KEY to a key of that server.`,
      true,
    );
  if (status === 403)
    return new RunStopped(
      `${host} does not allow this (HTTP 403)${said}: check what the key in OPENAI_API_KEY may do.`,
      true,
    );
  if (status === 404 || /model_not_found/.test(codes))
    return new RunStopped(
      `${host} has no model "${model}", or no chat/completions at this address${said}: check --model and OPENAI_BASE_URL, which often ends with /v1.`,
      true,
    );
  const named = FIELDS.exec(`${field} ${words}`)?.[0].toLowerCase() ?? "";
  if ([400, 413, 415, 422, 501].includes(status) || (status >= 500 && named !== ""))
    return new NotTaken(`${host} answered HTTP ${status}${said}`, named);
  if (status >= 500 || [408, 409, 425, 429].includes(status))
    return new Unreached(`${host} answered HTTP ${status}${said}`, "busy", waitMs);
  return new RunStopped(
    `${host} answered HTTP ${status}${said}, which is not what a server of OpenAI's protocol says: check OPENAI_BASE_URL.`,
    true,
  );
}

/** The error of a connection that gave no answer. @param code of the system, such as ECONNREFUSED */
export function connectionFailure(code: string, host: string): Error {
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
    return new RunStopped(`${host}: the certificate of the server is not valid (${code}).`, true);
  const absent = /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/.test(code);
  return absent
    ? new Unreached(`${host} was not reached (${code})`, "absent")
    : new Unreached(`the connection to ${host} broke off (${code})`, "broken");
}
