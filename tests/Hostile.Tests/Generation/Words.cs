using System.Globalization;
using Commission.Hostile.Tests.Hosts;

namespace Commission.Hostile.Tests.Generation;

/// <summary>Texts to fill fields with: such as mean something by the field's name, and hostile ones.</summary>
internal static class Words
{
    private const int Deals = 400;

    private static readonly string[] Reps = [.. Company.Reps.Select(rep => rep.Rep_), "nobody"];
    private static readonly string[] Territories = [.. Company.Territories.Select(area => area.Territory_), "nowhere"];
    private static readonly string[] Plans = ["reseller-10", "reseller-12", "group-manager", "no-plan"];

    private static readonly Dictionary<string, Func<Random, string>> ByField = new(StringComparer.Ordinal)
    {
        ["rep"] = random => Pick(random, Reps),
        ["reps"] = random => Pick(random, Reps),
        ["manager"] = random => Pick(random, Reps),
        ["territory"] = random => Pick(random, Territories),
        ["parent"] = random => Pick(random, Territories),
        ["plan"] = random => Pick(random, Plans),
        ["deal"] = random => $"deal-{Number(random.Next(Deals))}",
        ["event_id"] = random => $"event-{Number(random.Next())}",
        ["text"] = random => Pick(random, Company.PlanTexts),
        ["on"] = Day,
        ["credited"] = Day,
        ["from"] = Day,
        ["to"] = random => random.Next(3) == 0 ? Day(random) : "",
        ["share"] = random => Pick(random, "", "100%", "50%", "0.5", "1"),
        ["currency"] = random => Pick(random, "USD", "USD", "USD", "EUR"),
        ["probability"] = random => Pick(random, "0.5", "30%", "1", ""),
        ["quantity"] = random => Pick(random, "1", "12.5", ""),
        ["component"] = random => Pick(random, "commission", "override", "accessories-spiff"),
        ["page_token"] = random => Pick(random, "", "", "CAE=", "rep-296", "9"),
        ["window"] = random => Pick(random, "month", "quarter", "2020-Q4"),
        ["period"] = random => Pick(random, "2020-Q4", "2020-06", "2020"),
        ["name"] = random => Pick(random, "Ann", "quarter", "2020-Q4"),
        ["prorate"] = random => Pick(random, "", "days", "none"),
    };

    private static readonly string[] Hostile =
    [
        "", " ", "\0", "a\0b", "\u001f\u007f\u0085\u2028", "..", "../../etc/passwd", "a/b", "%2F", "%00", "%", "%zz",
        "-0", "+1", "1e400", "1e-400", "NaN", "Infinity", "0x10", "1,000", "1.", ".1", "--1", "50 %", "%50", "101%",
        "-1%", "1e28", "9999999999999999999999999999.99", "79228162514264337593543950335",
        "-79228162514264337593543950335", "79228162514264337593543950336", "0.0000000000000000000000000001",
        "\u0661\u0662", "0000-00-00", "0001-01-01", "9999-12-31", "2020-02-30", "2020-2-3", "99999-01-01",
        "-0001-01-01", "2020-06-30T00:00:00Z", "2020-Q5", "2020-13", "0000", "9999-Q4", "\u202e\u200d\ufeff",
        "e\u0301\u0301\u0301\u0301", "\U0001F4B8\U0001F4B8", "\ufffd", "'; drop table deal_log; --", "<script>",
        "${jndi:x}", "{{7*7}}", "main/rep-296", "steady", "~preview", "null", "true", "[]", "{}",
    ];

    /// <summary>A text that the field may well have.</summary>
    public static string Usual(Random random, string field) =>
        ByField.TryGetValue(field, out var words) ? words(random) : Pick(random, Hostile);

    /// <summary>A text that it should not have.</summary>
    public static string Unusual(Random random) => random.Next(20) switch
    {
        0 => new string('9', random.Next(1, 2000)),
        1 => new string('x', random.Next(1, 20_000)),
        2 => string.Concat(Enumerable.Repeat("\u00e9", random.Next(1, 600))),
        3 => Pick(random, Company.PlanTexts)[random.Next(200)..],
        4 => Cut(random, Pick(random, Company.PlanTexts)),
        5 => new string((char)random.Next(1, 0xd800), random.Next(1, 5)),
        6 => new string('[', random.Next(1, 5000)),
        7 => string.Concat(Enumerable.Repeat("&a [*a,*a] ", random.Next(1, 50))),
        8 => $"unheard-of-{Number(random.Next())}",
        _ => Pick(random, Hostile),
    };

    /// <summary>One of them.</summary>
    public static T Pick<T>(Random random, params IReadOnlyList<T> from) => from[random.Next(from.Count)];

    /// <summary>Changes a plan's text at one place.</summary>
    private static string Cut(Random random, string text)
    {
        var lines = text.Split('\n').ToList();
        var at = random.Next(lines.Count);
        var unusual = Pick(random, Hostile);
        lines[at] = random.Next(3) switch
        {
            0 => lines[at].Split(':')[0] + ": " + unusual,
            1 => lines[at] + unusual,
            _ => lines[random.Next(lines.Count)],
        };
        return string.Join('\n', lines);
    }

    private static string Day(Random random) => new DateOnly(2019, 7, 1).AddDays(random.Next(400))
        .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
