import { errorText } from "../../base/index.ts";
import { eventTime, type Session } from "./session.ts";

/** Shows work that is no vertex of the graph, such as reading the Dockerfile, as a step of the build. */
export async function showWork<T>(
  session: Session,
  name: string,
  work: (status: (id: string, bytes?: number) => void) => Promise<T>,
): Promise<T> {
  const status = (id: string, bytes?: number) => {
    const current = bytes === undefined ? {} : { current: bytes };
    session.emit({ kind: "status", vertex: name, id, ...current, done: true, time: eventTime() });
  };
  session.emit({ kind: "started", vertex: name, name, time: eventTime() });
  try {
    const result = await work(status);
    session.emit({ kind: "completed", vertex: name, time: eventTime(), cached: false });
    return result;
  } catch (error) {
    const text = errorText(error);
    session.emit({ kind: "completed", vertex: name, time: eventTime(), cached: false, error: text });
    throw error;
  }
}
