// Text that is a file of its own, beside the page's code.

/** Rejects where the file cannot be had. */
export async function fetchText(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: the server answered ${answer.status}`);
  return answer.text();
}
