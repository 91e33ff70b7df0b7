// One question to the service and its answer: failures are one error type, and a service that is away is waited for.
import { createConnection } from "./connection";
import { DOCUMENTS } from "./documents";
import { parseJson, printJson } from "./json";
import { createTurns } from "./turns";

export const PATIENCE_MS = 10_000; // without an answer before the service is asked whether it is still there, and for that answer
const MOST = 4; // questions at once: of the 6 connections of a browser to a host, one is the stream of events and one stays free for the ping

/** What went wrong, in the service's words where it has some. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** Whether the service refused it for this reason. */
export const hasCode = (error: unknown, code: string): boolean => error instanceof ApiError && error.code === code;

/** Where answers come from in place of a service: an answer's body, with data or errors. Rejects with an ApiError. */
export type Source = (document: string, variables: object, signal?: AbortSignal) => Promise<unknown>;

export interface ServiceOptions {
  readonly source?: Source | undefined; // of a published copy, which has no service
  readonly token?: string | null; // that the tab has
  keep?(token: string): void;
  away?(isAway: boolean): void; // the service stopped answering, or answers again
}

export function createService(endpoint: string, fetcher: typeof fetch, options: ServiceOptions) {
  let token = options.token ?? null;
  let ping: Promise<boolean> | null = null;
  const connection = createConnection(isThere, options.away ?? (() => undefined));
  const inTurn = createTurns(MOST);

  /** Whether the service answers in time. All who want to know at the same time share one ping. */
  function isThere(): Promise<boolean> {
    const answered = () => send(DOCUMENTS.ping, {}, AbortSignal.timeout(PATIENCE_MS)).then(() => true, (error: unknown) => error instanceof ApiError && !isAway(error));
    return (ping ??= answered().finally(() => (ping = null)));
  }

  async function send<T>(document: string, variables: object, signal?: AbortSignal): Promise<T> {
    return unwrap<T>(await (options.source ?? post)(document, variables, signal));
  }

  async function post(document: string, variables: object, signal?: AbortSignal): Promise<unknown> {
    const body = printJson({ query: document, variables });
    const headers = { "content-type": "application/json", accept: "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
    const response = await fetcher(endpoint, { method: "POST", headers, body, signal: signal ?? null }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new ApiError("The service does not answer.", "NO_ANSWER");
    });
    return readJson(response);
  }

  /** An answer may take long; it is waited for as long as the service answers anything at all. */
  async function patiently<T>(document: string, variables: object, signal?: AbortSignal): Promise<T> {
    const hung = new AbortController();
    const look = async () => (await isThere()) || hung.abort();
    const timer = setInterval(() => void look(), PATIENCE_MS);
    try {
      return await send<T>(document, variables, AbortSignal.any([hung.signal, ...(signal ? [signal] : [])]));
    } catch (error) {
      throw hung.signal.aborted ? new ApiError("The service does not answer.", "NO_ANSWER") : error;
    } finally {
      clearInterval(timer);
    }
  }

  /** Asks until there is an answer, not too many questions at once: a service that is away is waited for. */
  async function read<T>(document: string, variables: object, signal?: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await inTurn(() => patiently<T>(document, variables, signal));
      } catch (error) {
        if (!options.away || !isAway(error) || signal?.aborted) throw error;
        await connection.back();
      }
    }
  }

  return {
    send,
    read,
    /** Asks again at once whether the service is back. */
    hurry: connection.hurry,
    /** Whether there is a token, which the service may still refuse. */
    mayChange: () => token !== null && !options.source,
    /** The service's token, for requests that change something. */
    carry(other: string): void {
      token = other;
      options.keep?.(other);
    },
  };
}

/** The service, its database or a server in front of it cannot be reached; that may pass. */
const isAway = (error: unknown): boolean => error instanceof ApiError && AWAY.has(error.code);
const AWAY: ReadonlySet<string> = new Set(["NO_ANSWER", "STORE_UNREACHABLE"]);

async function readJson(response: Response): Promise<unknown> {
  try {
    return parseJson(await response.text());
  } catch {
    if (response.status >= 502 && response.status <= 504) throw new ApiError("The service does not answer.", "NO_ANSWER");
    throw new ApiError(`The service answered ${response.status} ${response.statusText} without JSON.`, "BAD_ANSWER");
  }
}

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

function unwrap<T>(body: unknown): T {
  const { data, errors } = body as Answer<T>;
  const first = errors?.[0];
  if (first) throw new ApiError(first.message, first.extensions?.code ?? "GRAPHQL_ERROR");
  if (!data) throw new ApiError("The service answered without data and without an error.", "BAD_ANSWER");
  return data;
}
