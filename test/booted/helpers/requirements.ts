import { needs } from '../../helpers/needs.ts'

export const systemPrograms = ['debootstrap', 'systemd-nspawn', 'dpkg-deb', 'ip', 'nsenter', 'setpriv']
/** Takes the mails. */
const smtpServer = 'aiosmtpd'

/** Option `skip` of tests that boot a system; with BEROFOSD_TEST_ALL=1 nothing is skipped, and what is absent fails. */
export function needsSystem(): string | false {
  if (process.env.BEROFOSD_TEST_ALL === '1') return false
  if (process.getuid?.() !== 0) return 'only root can boot a container'
  return needs(...systemPrograms, smtpServer)
}
