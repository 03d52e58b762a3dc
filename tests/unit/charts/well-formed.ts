/** What is wrong with a piece of XML in the plain form that drawings are written in; empty where nothing is. */
export function wellFormed(text: string): string {
  const open: string[] = [];
  let at = 0;
  const tag = /<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
  while (at < text.length) {
    if (text[at] !== '<') {
      const end = text.indexOf('<', at);
      const words = text.slice(at, end < 0 ? undefined : end);
      const stray = /&(?!(?:amp|lt|gt|quot|#39);)|>/.exec(words);
      if (stray) return `unescaped ${stray[0]} in "${words.trim().slice(0, 40)}"`;
      at += words.length;
      continue;
    }
    tag.lastIndex = at;
    const found = tag.exec(text);
    if (!found) return `no tag at "${text.slice(at, at + 60)}"`;
    const [whole, closing, name = '', attributes = '', empty] = found;
    const names = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, one]) => one);
    if (new Set(names).size < names.length) return `an attribute twice in "${whole.slice(0, 60)}"`;
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(attributes)) return `unescaped & in "${whole.slice(0, 60)}"`;
    if (closing) {
      const last = open.pop();
      if (last !== name) return `</${name}> closes <${last ?? 'nothing'}>`;
    } else if (!empty) open.push(name);
    at += whole.length;
  }
  return open.length > 0 ? `<${open.join('> <')}> left open` : '';
}
