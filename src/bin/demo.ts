#!/usr/bin/env node
import { demo } from '../cli/demo/demo.ts'

process.exitCode = await demo()
