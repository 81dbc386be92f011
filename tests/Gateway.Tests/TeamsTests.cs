using Commission.Contracts.V1;
using Commission.Gateway.Grpc.Api;

namespace Commission.Gateway.Tests;

/// <summary>The order and the pages of a team.</summary>
public sealed class TeamsTests
{
    [Fact]
    public void PageOf_AllOnOne_PutsThoseMostBehindFirstAndTheUnknownLast()
    {
        var reply = Teams.PageOf(Team, new TeamRequest());

        Assert.Equal(["low", "ann", "bob", "top", "eve", "zed"], reply.Members.Select(member => member.Rep));
        Assert.Equal((6, 3, 2, ""), (reply.Payees, reply.Behind, reply.Unknown, reply.NextPageToken));
        Assert.Equal(
            [new Money { Currency = "EUR", Units = 7 }, new Money { Currency = "USD", Units = 3, Nanos = 500_000_000 }],
            reply.Earned);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void PageOf_ManyPages_GiveEachMemberOnce(int size)
    {
        var seen = new List<string>();
        var request = new TeamRequest { PageSize = size };
        do
        {
            Assert.Null(Teams.Fault(request));
            var page = Teams.PageOf(Team, request);
            Assert.InRange(page.Members.Count, 1, size);
            seen.AddRange(page.Members.Select(member => member.Rep));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["low", "ann", "bob", "top", "eve", "zed"], seen);
    }

    [Theory]
    [InlineData(-1, "", "page_size")]
    [InlineData(1001, "", "page_size")]
    [InlineData(1, "ann", "page_token")]
    [InlineData(1, "1e5~ann", "page_token")]
    public void Fault_PageThatThereIsNot_IsNamed(int size, string token, string field) =>
        Assert.Equal(field, Teams.Fault(new TeamRequest { PageSize = size, PageToken = token })?.Field);

    private static List<TeamMember> Team =>
    [
        Member("zed", ""), Member("bob", "0.5", 1), Member("top", "1.25"), Member("ann", "0.5", 2.5m),
        Member("eve", ""), Member("low", "-1", 7, "EUR"),
    ];

    private static TeamMember Member(string rep, string pace, decimal earned = 0m, string currency = "USD") => new()
    {
        Rep = rep,
        Pace = pace,
        Earned = earned == 0m
            ? null
            : new Money
            {
                Currency = currency, Units = (long)earned, Nanos = (int)((earned - decimal.Truncate(earned)) * 1e9m),
            },
    };
}
