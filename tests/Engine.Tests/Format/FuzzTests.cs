using System.Text;
using System.Text.RegularExpressions;

namespace Commission.Engine.Tests.Format;

/// <summary>Valid documents, damaged at random: nothing throws, and every problem points into the text.</summary>
public sealed partial class FuzzTests
{
    private const int RunsPerDocument = 170;

    private static readonly string[] Scraps =
    [
        "", " ", "\n", "\n  ", "\t", ":", "- ", ",", "[", "]", "{", "}", "\"", "'", "\\", "%", "&a ", "*a", "!!x ",
        "<<: ", "|", ">", "#", "---\n", "...\n", "? ", "null", "~", "-1", "1e999",
        "99999999999999999999999999999999", "NaN",
        "2026-02-31", "\0", "\u0085", "\ud800", "\uFEFF", "é", "😀", "from: 0%", "plan: x",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "\\ud800", "\\u0000", "by: a", "@", "`", "\"\\x", "0x1F", "%YAML 9.9\n", "%TAG ! x\n",
    ];

    public static TheoryData<int> Seeds => [1, 2, 3];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Parse_DamagedDocument_NeverThrows(int seed)
    {
        var random = new Random(seed);
        foreach (var document in Documents())
        {
            for (var run = 0; run < RunsPerDocument; run++)
            {
                ParseAll(Damage(document, random));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Parse_TokensExchanged_NeverThrows(int seed)
    {
        var random = new Random(seed);
        var documents = Documents().Select(text => Tokens().Split(text)).ToList();
        var words = documents.SelectMany(tokens => tokens).Distinct(StringComparer.Ordinal).ToList();
        foreach (var document in documents)
        {
            for (var run = 0; run < RunsPerDocument; run++)
            {
                ParseAll(string.Concat(Exchanged([.. document], words, random)));
            }
        }
    }

    // Names, values and marks of one document in the places of others: what is well formed, but means something else.
    private static List<string> Exchanged(List<string> tokens, List<string> words, Random random)
    {
        for (var blows = random.Next(1, 6); blows > 0; blows--)
        {
            var (one, other) = (random.Next(tokens.Count), random.Next(tokens.Count));
            switch (random.Next(4))
            {
                case 0:
                    (tokens[one], tokens[other]) = (tokens[other], tokens[one]);
                    break;
                case 1:
                    tokens[one] = words[random.Next(words.Count)];
                    break;
                case 2:
                    tokens.Insert(one, tokens[other]);
                    break;
                default:
                    tokens.RemoveAt(one);
                    break;
            }
        }

        return tokens;
    }

    private static void ParseAll(string text)
    {
        Holds(text, PlanFormat.ParsePlan(text));
        Holds(text, PlanFormat.ParseAssignment(text));
        Holds(text, PlanFormat.ParseRep(text));
        Holds(text, PlanFormat.ParseCases(text));
    }

    private static void Holds<T>(string text, Parsed<T> parsed)
    {
        Assert.Equal(parsed.IsValid, parsed.Problems.All(problem => problem.Severity == ProblemSeverity.Warning));
        if (parsed.IsValid)
        {
            Assert.NotNull(parsed.Value);
        }

        // YAML knows more line ends than \n; none of them makes more lines than there are characters.
        foreach (var problem in parsed.Problems)
        {
            Assert.InRange(problem.Line, 1, text.Length + 1);
            Assert.InRange(problem.Column, 1, text.Length + 2);
            Assert.NotEqual("", problem.Message);
        }
    }

    private static string Damage(string document, Random random)
    {
        var text = new StringBuilder(document);
        for (var blows = random.Next(1, 5); blows > 0 && text.Length > 1; blows--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(12), text.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, Scraps[random.Next(Scraps.Length)]);
                    break;
                case 2:
                    text.Remove(at, length).Insert(at, Scraps[random.Next(Scraps.Length)]);
                    break;
                case 3:
                    var copied = text.ToString(at, Math.Min(random.Next(200), text.Length - at));
                    text.Insert(random.Next(text.Length), copied);
                    break;
                default:
                    text.Length = at + 1;
                    break;
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Documents()
    {
        yield return PlanMeaningTests.Full;
        yield return """
            rep: kary
            assignments:
              - plan: ae
                from: 2026-01-01
                quotas: { b: { window: quarter, yearly: 12, spread: [20%, 25%, 25%, 30%] } }
                targets: { new-business: 60000 }
              - { plan: b, from: 2027-01-01, quotas: { q: { window: month, amounts: { 2026-01: 5 } } } }
            """;
        var cases = CaseFiles.Read("published.json");
        yield return cases[..4_000];
        yield return CaseFiles.Read("reference.json").Split('\n')[4].TrimEnd(',');
    }

    [GeneratedRegex("(?<mark>[\\s,:{}\\[\\]\"]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tokens();
}
