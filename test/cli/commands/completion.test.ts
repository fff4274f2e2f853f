import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { SETTINGS } from '../../../src/config/schema/settings.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

async function completion(...args: string[]) {
  const host = createFakeHost({ files: packageFiles() });
  const code = await main(['completion', ...args], host, new VirtualClock());
  return { code, stdout: host.stdoutText(), stderr: host.stderrText() };
}

const COMMANDS = [
  'run',
  'backfill',
  'validate',
  'verify',
  'history',
  'settings',
  'preset',
  'export-funnels',
  'sink',
];
const { stdout: script } = await completion('bash');

/** What bash offers where the last word is being typed. */
function offered(...words: string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  const asked = `trafficinator() { printf 'light  x\\nheavy  y\\n'; }
COMP_WORDS=(trafficinator ${list}); COMP_CWORD=${words.length}
_trafficinator; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', `${script}\n${asked}`], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion for bash', () => {
  it('offers commands, and flags of the command line itself', () => {
    expect(offered('')).toEqual(expect.arrayContaining([...COMMANDS, 'help', '--version', '--help']));
    expect(offered('ba')).toEqual(['backfill']);
  });

  it('offers the flags of a command, those of every setting as well', () => {
    const flags = offered('run', '--');
    for (const { flag, commands } of SETTINGS) {
      if (flag !== undefined && commands.includes('run')) expect(flags).toContain(flag);
    }
    expect(flags).not.toContain('--days-back');
    expect(offered('backfill', '--days')).toEqual(['--days-back', '--days']);
  });

  it('offers what may follow a flag', () => {
    expect(offered('export-funnels', '--format', '')).toEqual(['json', 'yaml']);
    expect(offered('preset', 'show', 'light', '--format', '')).toEqual(['env', 'yaml']);
    expect(offered('backfill', '--in-doubt', 're')).toEqual(['resend']);
    expect(offered('run', '--preset', '')).toEqual(['light', 'heavy']);
    expect(offered('run', '--timing', '')).toEqual(['realtime', 'compressed']);
    expect(offered('run', '--strategy', 'm')).toEqual(['mirror']);
    expect(offered('run', '--help-a')).toEqual(['--help-all']);
    expect(offered('run', '--url', '')).toEqual([]);
    expect(offered('run', '--config', '/etc/pass')).toContain('/etc/passwd');
  });

  it('offers the words of a command, and presets by name', () => {
    expect(offered('preset', '')).toEqual(
      expect.arrayContaining(['list', 'show', 'save', 'compare', 'delete']),
    );
    expect(offered('preset', 'compare', 'h')).toEqual(['heavy']);
    expect(offered('preset', 'save', '')).not.toContain('heavy');
    expect(offered('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    expect(offered('help', 'set')).toEqual(['settings']);
  });

  it('is not misled by the value of a flag', () => {
    expect(offered('run', '--preset', 'light', '--concur')).toEqual(['--concurrency']);
  });
});

describe('completion for other shells', () => {
  it.each([
    ['zsh', /^#compdef trafficinator\n/, (name: string) => new RegExp(`^ +'${name}:.+'$`, 'm')],
    [
      'fish',
      /^# fish/,
      (name: string) => new RegExp(`^complete .*__fish_use_subcommand' -a ${name} -d '.+'$`, 'm'),
    ],
  ])('%s has every command with what it does, and every flag of a setting', async (shell, head, line) => {
    const { code, stdout, stderr } = await completion(shell);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(head);
    for (const command of COMMANDS) expect(stdout).toMatch(line(command));
    for (const { flag } of SETTINGS) if (flag !== undefined) expect(stdout).toContain(flag.slice(2));
    expect(stdout).not.toContain('undefined');
  });

  it('quotes what their strings would end at', async () => {
    const text = 'compare what was sent with Matomo';
    expect((await completion('zsh')).stdout).toContain(`${text}'\\''s`);
    expect((await completion('fish')).stdout).toContain(`${text}\\'s`);
  });

  it('refuses a shell that it does not know', async () => {
    const { code, stdout, stderr } = await completion('tcsh');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/bash, zsh, fish/);
  });
});
