namespace Commission.Engine.Tests.Tracing;

/// <summary>Explanations as people read them, whole.</summary>
internal static class ExpectedTexts
{
    public const string WindowWithDeals = """
    New business, 2026 (2026-01-01 to 2026-12-31), on plan p: earned USD 5,300.01
      credited USD 85,000.10 from 2 deals
          a, 2026-01-15: USD 40,000.10 as owner                                40,000.10
          b, 2026-02-15: USD 90,000.00 × 50% as owner                          45,000.00
          c, 2026-02-16: not counted: credited as team, and only owner counts
      quota USD 100,000.00 a year
      attainment 85.0001%: 85,000.1 of 100,000
      tier 1 (0 to 50,000; 0% to 50% of quota): 50,000 × 5% = 2,500.00             2,500.00
      tier 2 (50,000 to 100,000; 50% to 100% of quota): 35,000.1 × 8% = 2,800.008  2,800.008
      rounded half-up from 5,300.008 to 5,300.01                                       0.002
                                                                                   ---------
      earned USD 5,300.01                                                          5,300.01
    """;

    public const string StatementWithDraw = """
    Statement 2026-01 (2026-01-01 to 2026-01-31), on plan p: earned USD 2,000.00, paid USD 3,000.00
      earned in 2026-01                                                                           2,000.00
          New business, 2026  2,000.00
              credited USD 40,000.00 from 1 deal
                  a, 2026-01-15: USD 40,000.00 as owner  40,000.00
              quota USD 100,000.00 a year
              attainment 40%: 40,000 of 100,000
              tier 1 (0 to 50,000; 0% to 50% of quota): 40,000 × 5% = 2,000.00  2,000.00
      the draw makes up for what is missing to USD 3,000.00, to be paid back from later earnings  1,000.00
                                                                                                  --------
      paid USD 3,000.00                                                                           3,000.00
      owed afterwards: USD 1,000.00
          owed before                      0.00
          paid beyond what was earned  1,000.00
    """;

    public const string StatementRecovering = """
    Statement 2026-02 (2026-02-01 to 2026-02-28), on plan p: earned USD 8,100.00, paid USD 7,100.00
      earned in 2026-02                            8,100.00
          New business, 2026  8,100.00
              2026 up to 2026-02-28                      10,100.00
                  credited USD 130,000.00 from 2 deals
                      1 deal before 2026-02-01               40,000.00
                      b, 2026-02-15: USD 90,000.00 as owner  90,000.00
                  quota USD 100,000.00 a year
                  attainment 130%: 130,000 of 100,000
                  tier 1 (0 to 50,000; 0% to 50% of quota): 50,000 × 5% = 2,500.00          2,500.00
                  tier 2 (50,000 to 100,000; 50% to 100% of quota): 50,000 × 8% = 4,000.00  4,000.00
                  tier 3 (from 100,000; from 100% of quota): 30,000 × 12% = 3,600.00        3,600.00
              less 2026 up to 2026-01-31, earned before  -2,000.00
                  credited USD 40,000.00 from 1 deal
                  quota USD 100,000.00 a year
                  attainment 40%: 40,000 of 100,000
                  tier 1 (0 to 50,000; 0% to 50% of quota): 40,000 × 5% = 2,000.00  2,000.00
                                                                                    --------
                  earned USD 2,000.00                                               2,000.00
      owed from earlier statements: USD 1,000.00
      kept back: all that was owed                -1,000.00
                                                  ---------
      paid USD 7,100.00                            7,100.00
      owed afterwards: USD 0.00
          owed before                     1,000.00
          kept back from this statement  -1,000.00
    """;

    public const string StatementOfClawback = """
    Statement 2026-02 (2026-02-01 to 2026-02-28), on plan p: earned USD -60.00, paid USD 0.00
      earned in 2026-02                                                      -60.00
          Sales, 2026  -60.00
              2026 up to 2026-02-28                        40.00
                  credited USD 400.00 from 2 deals
                      1 deal before 2026-02-01             1,000.00
                      b, 2026-02-15: USD -600.00 as owner   -600.00
                  400 × 10% = 40.00                 40.00
              less 2026 up to 2026-01-31, earned before  -100.00
                  credited USD 1,000.00 from 1 deal
                  1,000 × 10% = 100.00               100.00
                                                     ------
                  earned USD 100.00                  100.00
      a statement never pays below zero: what is missing is carried forward   60.00
                                                                             ------
      paid USD 0.00                                                            0.00
      owed afterwards: USD 60.00
          owed before                  0.00
          what was earned below zero  60.00
    """;

    public const string DealAcrossTiers = """
    Deal b, 2026-01-16, on plan p: earns USD 243.61
      Sales, 2026-01                 243.61
          USD 3,000.00 as owner
          attainment moves from 30.005% to 105.005%
          799.8 of it in tier 1 (0 to 2,000) × 5%                  39.99
          2,200.2 of it in tier 2 (from 2,000) × 8%               176.016
          multiplier × 1.1 on the 216.006 that it adds             21.6006
          multiplier moves from 1 to 1.1, on the 60.01 before it    6.001
          rounded half-up from 303.6176 to 303.62                   0.0024
          before the deal: USD 60.01 in 2026-01
              credited USD 1,200.20 from 1 deal
              quota USD 4,000.00 a month
              attainment 30.005%: 1,200.2 of 4,000
              tier 1 (0 to 2,000): 1,200.2 × 5% = 60.01                                                  60.01
              multiplier, own attainment at 30.005% (1,200.2 of 4,000), tier from 0%: 60.01 × 1 = 60.01
                                                                                                         -----
              earned USD 60.01                                                                           60.01
          with the deal: USD 303.62 in 2026-01
              credited USD 4,200.20 from 2 deals
              quota USD 4,000.00 a month
              attainment 105.005%: 4,200.2 of 4,000
              tier 1 (0 to 2,000): 2,000 × 5% = 100.00                                                    100.00
              tier 2 (from 2,000): 2,200.2 × 8% = 176.016                                                 176.016
              multiplier, own attainment at 105.005% (4,200.2 of 4,000), tier from 100%: 276.016 × 1.1 =
                303.6176                                                                                   27.6016
              rounded half-up from 303.6176 to 303.62                                                       0.0024
                                                                                                          --------
              earned USD 303.62                                                                           303.62
                                     ------
      earned by the deal USD 243.61  243.61
    """;

    public const string WindowCarriedOver = """
    Sales, 2026 (2026-01-01 to 2026-12-31), on plan p: earned USD 600.00
      credited USD 2,000.00 from 2 deals
          a, 2026-02-01: USD 1,000.00 as owner  1,000.00
          b, 2026-08-01: USD 1,000.00 as owner  1,000.00
      2,000 × 50% = 1,000.00                                                                   1,000.00
      the plan changed on 2026-07-01: USD 100.00 earned before stands, in place of USD 500.00   -400.00
          earned 2026-01-01 to 2026-06-30, under the plan's version of 2026-01-01   100.00
          less what the version of 2026-07-01 gives for it                         -500.00
                                                                                               --------
      earned USD 600.00                                                                          600.00
    """;
}
