/** Certificates for a test's PostgreSQL, made by openssl: an authority, a server's certificate that it signed, and another authority. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificates {
  /** Lines of postgresql.conf. */
  readonly settings: readonly string[];
  /** Path of the authority's own certificate. */
  readonly authority: string;
  readonly otherAuthority: string;
  remove(): void;
}

/** @param names of the server, as `IP:127.0.0.1` or `DNS:localhost` */
export function makeCertificates(names: string): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = (name: string) =>
    openssl(
      ...['req', '-x509', ...key, '-days', '2', '-keyout', `${name}.key`, '-out', `${name}.crt`],
      ...['-subj', `/CN=${name}`],
    );
  authority('authority');
  authority('other');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=server');
  writeFileSync(join(folder, 'names.cnf'), `subjectAltName=${names}\n`);
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'authority.crt', '-CAkey', 'authority.key'],
    ...['-CAcreateserial', '-days', '2', '-extfile', 'names.cnf', '-out', 'server.crt'],
  );
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'server.key'), 0o600);
  if (process.getuid?.() === 0) {
    const owner = Number(execFileSync('id', ['-u', 'postgres']).toString());
    for (const file of readdirSync(folder)) chownSync(join(folder, file), owner, owner);
  }
  const path = (file: string) => join(folder, file);
  return {
    settings: [
      'ssl = on',
      `ssl_cert_file = '${path('server.crt')}'`,
      `ssl_key_file = '${path('server.key')}'`,
    ],
    authority: path('authority.crt'),
    otherAuthority: path('other.crt'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
