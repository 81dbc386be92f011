using Commission.Contracts.V1;

namespace Commission.Client.Tests;

public sealed class PagesTests
{
    private readonly List<string> _asked = [];

    [Fact]
    public async Task All_OfThreePages_HasEveryRowInOrderAndTheRestOfTheLast()
    {
        var request = new TeamRequest { Rep = "ana", PageSize = 2 };

        var all = await Pages.AllAsync(request, AnswerAsync);

        Assert.Equal(["", "1", "2"], _asked);
        Assert.Equal(["r0", "r1", "r2"], all.Members.Select(member => member.Rep));
        Assert.Equal((3, "EUR"), (all.Behind, all.Earned.Single().Currency));
        Assert.Equal("", all.NextPageToken);
        Assert.Equal("", request.PageToken);
    }

    [Fact]
    public async Task Pages_FromOneInTheMiddle_BeginThere()
    {
        var request = new TeamRequest { Rep = "ana", PageToken = "1" };

        var pages = await Pages.ReadAsync(request, AnswerAsync).ToListAsync();

        Assert.Equal(["r1", "r2"], pages.SelectMany(page => page.Members).Select(member => member.Rep));
    }

    [Fact]
    public async Task Pages_OfARequestWithoutPages_AreRefusedBeforeAnythingIsAsked()
    {
        var wrong = await Assert.ThrowsAsync<ArgumentException>(
            () => Pages.AllAsync<GetEstimateRequest, Estimate>(new(), (_, _) => throw new NotSupportedException()));

        Assert.Contains("commission.v1.GetEstimateRequest has no page_token", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>Three pages of a row each; who is behind changes meanwhile.</summary>
    private Task<TeamReply> AnswerAsync(TeamRequest request, CancellationToken cancellationToken)
    {
        _asked.Add(request.PageToken);
        var page = request.PageToken.Length == 0 ? 0 : request.PageToken[0] - '0';
        return Task.FromResult(new TeamReply
        {
            Members = { new TeamMember { Rep = $"r{page}" } },
            Behind = page + 1,
            Earned = { new Money { Currency = "EUR" } },
            NextPageToken = page < 2 ? $"{page + 1}" : "",
        });
    }
}
