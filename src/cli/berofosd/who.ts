import { userInfo } from 'node:os'

/** As much as the daemon takes. */
const longestName = 64

/** Who gives an order: whoever ran sudo, else the login name; null: the user has no name. */
export function whoAsks(
  env: NodeJS.ProcessEnv = process.env,
  login: () => string = loginName,
): string | null {
  const name = env.SUDO_USER || login()
  return name.slice(0, longestName) || null
}

/** Empty where the user's number has no name. */
function loginName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}
