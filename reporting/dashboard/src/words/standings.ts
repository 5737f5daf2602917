// How PCs, clauses and rules stand; the words are the centre's (reporting/policy/standing.cpp), and a test of its
// compares them. [Vietnamese, English]
export const standingWords = {
  not_applicable: ["Không áp dụng", "Not applicable"],
  pass: ["Đạt", "Pass"],
  waived: ["Được miễn trừ", "Waived"],
  silent: ["Mất liên lạc", "Silent"],
  unknown: ["Chưa xác định", "Unknown"],
  fail: ["Không đạt", "Fail"],
} as const;
