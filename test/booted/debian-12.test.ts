import { testOn } from './behaviours/suite.ts'
import { releases } from './helpers/releases.ts'

testOn(releases.debian12)
