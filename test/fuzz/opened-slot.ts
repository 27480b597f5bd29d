/** No target has more. */
const mostLanes = 64

/** Where a thread says that its target is open and inputs run: 1. */
export const openedSlot = mostLanes + 1
