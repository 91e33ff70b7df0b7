// A room whose code is loaded when it is first entered.
import type { Context, MakeRoom, Room } from "../context";
import type { State } from "../state";
import { statusView } from "../views/status";

export const lazyRoom =
  (load: () => Promise<MakeRoom>): MakeRoom =>
  (host: HTMLElement, context: Context): Room => {
    let room: Room | null = null;
    let last: State | null = null; // that the room has not seen
    const status = statusView(host);
    function begin(): void {
      status.loading("Opening the room…");
      load().then(
        (make) => {
          if (context.gone.aborted) return;
          host.replaceChildren();
          room = make(host, context);
          if (last) room.update(last);
        },
        () => {
          const again = () => location.reload(); // a browser may not ask for a part twice
          status.failed(new Error("A part of the page could not be loaded."), again);
          addEventListener("online", again, { signal: context.gone });
        },
      );
    }
    begin();

    return {
      update(state) {
        last = state;
        room?.update(state);
      },
      fit: () => room?.fit?.(),
      zoom: (factor) => room?.zoom?.(factor),
      trace: () => room?.trace?.(),
      release: () => room?.release?.(),
    };
  };
