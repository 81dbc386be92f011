using System.Text;

namespace Commission.Engine.Tests.Format;

/// <summary>Cases read as bytes, whose lists may be long: they mean, and are refused, as a text is.</summary>
public sealed class LongCaseTests
{
    [Fact]
    public void ParseCases_BytesOrText_MeanTheSame()
    {
        var text = CaseFiles.Read("reference.json");

        var bytes = PlanFormat.ParseCases(Encoding.UTF8.GetBytes("\uFEFF" + text));
        var whole = PlanFormat.ParseCases(text);

        Assert.True(bytes.IsValid);
        Assert.Equal(whole.Value.Select(one => one.Id), bytes.Value.Select(one => one.Id));
        Assert.Equal(
            whole.Value.SelectMany(one => one.Credits).Select(credit => (credit.Deal.Id, credit.Deal.Amount)),
            bytes.Value.SelectMany(one => one.Credits).Select(credit => (credit.Deal.Id, credit.Deal.Amount)));
    }

    [Theory]
    [InlineData("\"amount\": \"1é😀\"")]
    [InlineData("\"amont\": 1")]
    [InlineData("\"fields\": { \"é\": [ 1, [ 2, true ], null ], §\"x\": {} }")]
    [InlineData("\"amount\": 5, \"amount\": 5")]
    [InlineData("\"amount\": \"\\u0000\"")]
    [InlineData("\"amount\": 5 ] }")]
    public void ParseCases_WrongCredit_IsRefusedAlikeInBytesAndText(string wrong)
    {
        var text = Case([Credit(0), Credit(1, ",\n  " + wrong.Replace("§", "", StringComparison.Ordinal)), Credit(2)]);

        var parsed = PlanFormat.ParseCases(Encoding.UTF8.GetBytes(text));

        Assert.False(parsed.IsValid);
        Assert.Equal(PlanFormat.ParseCases(text).Problems, parsed.Problems);
    }

    [Fact]
    public void ParseCases_NoUtf8_IsRefusedWithItsPlace()
    {
        var text = Case([Credit(0, ",\n  \"fields\": { \"a\": \"\u00E9\" }")]);
        var offset = text.IndexOf('\u00E9', StringComparison.Ordinal);

        var parsed = PlanFormat.ParseCases(Encoding.Latin1.GetBytes(text));

        var error = Assert.Single(parsed.Problems);
        Assert.Contains($"byte 0xE9 (at offset {offset} of the document)", error.Message, StringComparison.Ordinal);
        Assert.Equal(text[..offset].Count(one => one == '\n') + 1, error.Line);
        Assert.Equal(offset - text.LastIndexOf('\n', offset), error.Column);
        Assert.Empty(parsed.Value);
    }

    [Theory]
    [InlineData("[", "0,", "0]", true, true)]
    [InlineData("[", "0,", "0]", false, false)]
    [InlineData("[{\"a\":[[0],", "[0],", "{}],\"b\":0},0]", true, true)]
    [InlineData("[0,{", "\"a\":0,", "\"a\":0},0]", true, false)]
    public void Check_MoreThanTwoMillionValues_AreRefusedUnlessItemsOfAList(
        string start, string repeated, string end, bool byItems, bool isLegal)
    {
        var text = new StringBuilder(start).Insert(start.Length, repeated, Hostile.NodesMax).Append(end).ToString();

        var refusal = new JsonCheck(Encoding.UTF8.GetBytes(text), byItems).Run();

        Assert.Equal(isLegal, refusal is null);
    }

    private static string Case(IEnumerable<string> credits) => $$"""
        { "id": "x", "credits": [ {{string.Join(",\n", credits)}} ], "assignment": {},
          "plan": { "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly",
            "components": [ { "component": "a", "rate": "5%" } ] } }
        """;

    private static string Credit(int i, string more = "") =>
        $$"""{ "deal": "d{{i}}", "credited": "2026-01-01", "role": "owner", "share": "100%"{{more}} }""";
}
