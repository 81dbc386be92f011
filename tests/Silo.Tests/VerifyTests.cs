using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;

namespace Commission.Silo.Tests;

/// <summary>A silo that verifies itself. That it finds what is wrong is tested beside the verification.</summary>
public sealed class VerifyTests(ThreeYears company)
{
    [Fact]
    public async Task Silo_OfThreeYears_HasNoDifferences()
    {
        var (differences, summary) = await company.Silo.Api.VerifyAsync();

        Assert.Empty(differences);
        Assert.Equal((SampleCompany.Orders, 0, 0), (summary.Events, summary.PendingDeals, summary.Busy));
        Assert.Equal(SampleCompany.Territories.Length + SampleCompany.Groups.Length, summary.Territories);
        Assert.True(summary is { Credits: > SampleCompany.Orders, Windows: > 100, Statements: > 100 }, $"{summary}");
    }

    [Fact]
    public async Task Silo_ByJson_AnswersALineForEachUpdate()
    {
        var text = await company.Silo.Json.GetStringAsync("/v1/verify?mostDifferences=5");

        var updates = text.TrimEnd().Split('\n').Select(JsonParser.Default.Parse<VerifyUpdate>).ToList();
        Assert.Equal(0, updates[^1].Summary.Differences);
        Assert.All(updates.SkipLast(1), update => Assert.NotNull(update.Progress));
    }
}
