import { programWays } from './programWays.ts';

/** Programs and builtins that run what their arguments say, elsewhere or as somebody else: what they run is not what they are. */
const wrappers = new Set(
  `eval exec source . builtin command bash sh zsh dash ksh mksh fish csh tcsh ash rbash busybox toybox env xargs parallel sudo su doas pkexec
  runuser sg newgrp trap time nohup nice ionice chrt taskset timeout watch ssh rsh mosh setsid stdbuf strace ltrace gdb lldb script expect
  unshare nsenter chroot fakeroot firejail systemd-run at batch crontab flock entr coproc pwsh powershell powershell.exe cmd cmd.exe wsl
  unbuffer tmux screen chronic faketime proot bwrap catchsegv hyperfine direnv dbus-run-session chpst softlimit choom prlimit cpulimit
  start-stop-daemon run-parts torsocks proxychains proxychains4 sshpass capsh logsave multitime valgrind perf rlwrap setarch linux32 linux64
  i386 x86_64 aa-exec gosu tini dumb-init su-exec flatpak-spawn sudoedit socat vi vim nvim view ex ed emacs let fc compgen`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** Builtins that change what later words mean. */
const changers = new Set(
  'export declare typeset local readonly alias unalias set shopt hash enable unset bind complete mapfile readarray read getopts umask ulimit'.split(
    ' ',
  ),
);

/** Options with which a program of files runs others, writes, or deletes. */
const runningOptions: Readonly<Record<string, RegExp>> = {
  find: /^-(exec|execdir|ok|okdir|delete|fprint|fprint0|fprintf|fls)$/,
  fd: /^(-x|-X|--exec|--exec-batch)/,
  rg: /^(--pre|--hostname-bin)/,
  rsync: /^(-e|--rsh)/,
};

/** Why a command does more than its name says, as the end of a sentence; undefined where it does not. */
export function wrapperReason(name: string, words: readonly string[]): string | undefined {
  const base = baseName(name);
  if (wrappers.has(base)) return 'runs what its arguments say';
  // The loader of programs is named after the machine.
  if (/^ld(-[\w-]+)?\.so/.test(base)) return 'runs what its arguments say';
  if (changers.has(base)) return 'changes what later commands mean';
  const option = runningOptions[base];
  if (option !== undefined && words.slice(1).some((word) => option.test(word))) return 'runs other programs, or deletes, with this option';
  if (programWays[base]?.(words.slice(1)) === true) return 'runs other programs, or takes settings, with these words';
  return undefined;
}

/** The name of a program without its folders, in lower case: some file systems know no other. */
export function baseName(name: string): string {
  return (name.split(/[\\/]/).at(-1) ?? name).toLowerCase();
}
