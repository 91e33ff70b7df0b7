// What every room is given.
import type { Api } from "./api";
import type { Idle } from "./idle";
import type { Links } from "./links";
import type { Names } from "./names";
import type { State, Store } from "./state";
import type { Model } from "./types";
import type { Banner } from "./views/banner";

export interface Context {
  readonly api: Api;
  readonly store: Store;
  readonly links: Links;
  readonly model: Model;
  readonly isSite: boolean; // a published copy, without a service
  readonly banner: Banner;
  readonly names: Names;
  /** Aborted when the room is removed: what it started and whom it listens to ends with it. */
  readonly gone: AbortSignal;
  /** The name of what is shown, for the window's title. */
  name(title: string): void;
  /** What has no effect in the room, whatever the address says. */
  idle(whys: Idle): void;
  /** Stored graphs or groups were changed from here: other rooms are made again with the next state. */
  changed(): void;
}

export interface Room {
  update(state: State): void;
  fit?(): void;
  zoom?(factor: number): void;
  trace?(): void;
  release?(): void;
}

export type MakeRoom = (host: HTMLElement, context: Context) => Room;
