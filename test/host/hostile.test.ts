import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const escape = '\u001b';
const longLine = 'long'.repeat(25_000);
/** Says what it must not do when a page is drawn from it, in each way that a page could be made to. */
const hostile = [
  '<script>globalThis.caught = true</script><img src=x onerror="globalThis.caught = true">',
  '![remote](https://example.org/pixel.png) [run](command:workbench.action.quit) [js](javascript:alert(1))',
  `${escape}[31mred${escape}[0m ${escape}]8;;https://example.org${escape}\\link${escape}]8;;${escape}\\ ${escape}[2J\u0000\u0007\b`,
  'right \u202eto left\u202c \u2066isolated\u2069 \u200fmark',
  '```\n<b>in code</b>\n',
  '---\nsession: "forged"\n---',
  longLine,
].join('\n\n');

/** A page without its fenced blocks and code spans, in which everything is text. */
function withoutCode(markdown: string): string {
  let fence: string | undefined;
  const lines = markdown.split('\n').filter((line) => {
    const mark = /^(`{3,})[a-z]*$/.exec(line)?.[1];
    if (fence === undefined) fence = mark;
    else if (line === fence) fence = undefined;
    return fence === undefined && mark === undefined;
  });
  assert.equal(fence, undefined, 'A block of code is not closed.');
  return lines.join('\n').replace(/`[^`\n]*`/g, '');
}

describe('R1.14 R6.6 R1.12 hostile markdown and tool output', function () {
  this.timeout(60_000);

  it('is kept as it came, and does nothing in lists, in the history and in what is copied', async () => {
    const rig = new HostRig();
    try {
      const call = { sessionUpdate: 'tool_call', toolCallId: 'a', title: `Build ${escape}[31m\u202e\nnow`, kind: 'execute' };
      const output = { content: [{ type: 'content', content: { type: 'text', text: hostile } }], status: 'completed' };
      const turns = [
        [
          { say: hostile },
          { update: { ...call, status: 'in_progress' } },
          { update: { sessionUpdate: 'tool_call_update', toolCallId: 'a', ...output } },
        ],
      ];
      const script = join(tmpdir(), `${rig.marker}.json`);
      writeFileSync(script, JSON.stringify({ turns }));
      const scripted = testAgent('scripted');
      const agent = { ...scripted, args: [...(scripted.args ?? []), script] };
      const link = await rig.attached({ settings: { ...settingsWith(agent), history: 'ref' } });
      const { session } = await link.call('session/create', { folder: rig.folder, agent: 'scripted' });
      const { id: sessionId } = session;
      const follower = await Follower.of(link, sessionId);
      await follower.prompt(hostile);
      assert.equal((await follower.ended(0)).reason, 'finished');

      // The journal and the panel have what was said; the page draws it as text.
      const whole = await Follower.of(link, sessionId);
      assert.equal(whole.text, hostile);
      const tool = whole.entries.find((entry) => entry.kind === 'tool');
      const part = tool?.kind === 'tool' ? tool.content[0] : undefined;
      assert.ok(part?.type === 'text' && part.text.blob !== undefined);
      const { data } = await link.call('session/blob', { sessionId, blob: part.text.blob });
      assert.equal(Buffer.from(data, 'base64').toString(), hostile);

      const [summary] = (await link.call('sessions/list', {})).sessions;
      assert.ok(summary !== undefined && JSON.stringify(summary).length < 3000, 'A list carries no long text.');
      const written = async (): Promise<readonly { readonly path: string; readonly markdown: string }[]> =>
        (await link.call('history/read', { sessionId })).pages;
      await until(async () => (await written()).length > 1);
      const { markdown } = await link.call('session/transcript', { sessionId });
      for (const page of [...(await written()), { path: 'copied', markdown }]) {
        assert.doesNotMatch(page.markdown, /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/, page.path);
        const prose = withoutCode(page.markdown);
        assert.doesNotMatch(prose, /(?<!\\)<(?:script|img|b)\b|(?<!\\)!\[|\]\((?:command|javascript):/, page.path);
        const long = page.markdown.split('\n').filter((line) => line.length > 20_000);
        assert.ok(long.length <= 1 && long.every((line) => line === longLine), `${page.path}: only the answer itself is whole.`);
        assert.ok(page.path.length < 200 && /^[\w./-]+$/.test(page.path), page.path);
        const front = /^---\n(.*?)\n---\n/s.exec(page.markdown)?.[1];
        if (front !== undefined) assert.equal((parse(front) as { readonly session: string }).session, sessionId);
      }
      assert.deepEqual(rig.git('status', '--porcelain'), '');
    } finally {
      rmSync(join(tmpdir(), `${rig.marker}.json`), { force: true });
      await rig.close();
    }
  });
});
