/** What Streamlit gives a component at mount and at every rerun. `setTriggerValue` causes a rerun in which Python reads the value. */
export interface Mount<Data = unknown> {
  parentElement: HTMLElement;
  data: Data;
  setTriggerValue(name: string, value: unknown): void;
}
