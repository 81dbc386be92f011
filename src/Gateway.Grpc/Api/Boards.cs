using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Enum = System.Enum;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Between leaderboards as clients ask for and see them, and as their grains keep them.</summary>
internal static class Boards
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;
    private const int LongestComponent = 100;

    /// <summary>The fields that name a group, and what they name.</summary>
    public static IEnumerable<(string Field, string Id)> ScopeOf(LeaderboardRequest request) =>
        [("territory", request.Territory), ("team", request.Team), ("plan", request.Plan)];

    /// <summary>Which board is asked for.</summary>
    /// <exception cref="RpcError">INVALID_ARGUMENT: there can be no such board.</exception>
    public static BoardDefinition DefinitionOf(LeaderboardRequest request)
    {
        var scopes = ScopeOf(request).Count(scope => scope.Id.Length > 0) + (request.Everyone ? 1 : 0);
        if (scopes != 1)
        {
            throw Inputs.Invalid("territory", "Exactly one of territory, team, plan and everyone is required.");
        }

        if (!Enum.IsDefined(request.Measure) || !Enum.IsDefined(request.Period))
        {
            throw Inputs.Invalid(Enum.IsDefined(request.Measure) ? "period" : "measure", "There is no such value.");
        }

        if (request.Component.Length > LongestComponent)
        {
            throw Inputs.Invalid("component", $"Expected at most {LongestComponent} characters.");
        }

        if (request is { Measure: BoardMeasure.Earned, Component.Length: > 0 })
        {
            throw Inputs.Invalid("component", "EARNED is of all components together: leave it out.");
        }

        Inputs.CheckDay("on", request.On);
        return new BoardDefinition
        {
            Territory = request.Territory,
            Team = request.Team,
            Plan = request.Plan,
            Everyone = request.Everyone,
            Measure = MeasureOf(request),
            Period = request.Period,
            Component = request.Component,
            On = request.On,
        };
    }

    /// <summary>Which part of it.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="own">Whose place is asked for besides.</param>
    /// <exception cref="RpcError">INVALID_ARGUMENT: there can be no such page.</exception>
    public static BoardRead ReadOf(LeaderboardRequest request, string own)
    {
        if (request.PageSize is < 0 or > LargestPage)
        {
            throw Inputs.Invalid(
                "page_size", $"{request.PageSize} is not a page size: expected 0 to {LargestPage}.");
        }

        return new BoardRead { Offset = OffsetOf(request), Size = SizeOf(request), Own = own };
    }

    /// <summary>The token of the page behind one; empty: it is the last.</summary>
    public static string NextOf(BoardPage page, LeaderboardRequest request)
    {
        var end = OffsetOf(request) + page.Lines.Count;
        return page.Lines.Count > 0 && end < page.Ranked + page.Unranked
            ? end.ToString(CultureInfo.InvariantCulture)
            : "";
    }

    /// <summary>When payees were asked.</summary>
    public static Timestamp TimeOf(BoardPage page) =>
        Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(page.TimeMs));

    /// <summary>A line as a caller sees it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="measure">Of the board.</param>
    /// <param name="isSeen">Whether the caller may see the payee's pay.</param>
    /// <param name="isNamed">Whether he may see who it is.</param>
    public static BoardEntry ToEntry(BoardLine line, BoardMeasure measure, bool isSeen, bool isNamed)
    {
        var entry = new BoardEntry
        {
            Rank = line.Rank,
            Rep = isNamed ? line.Rep : "",
            Name = isNamed ? line.Measured?.Name ?? "" : "",
            Component = line.Measured?.Component ?? "",
            Period = line.Measured?.Period,
        };
        if (line.Measured is { } measured && (isSeen || measure is not (BoardMeasure.Credited or BoardMeasure.Earned)))
        {
            entry.Value = measured.Value;
            entry.Currency = isSeen ? measured.Currency : "";
        }

        if (line.Refused > 0 && isSeen)
        {
            entry.Refused = Refusals.ToRefused([new Refusal((RefusalReason)(line.Refused - 1), "", line.Why)]);
        }

        return entry;
    }

    /// <summary>Whether two show the same, whenever that was.</summary>
    public static bool IsSame(Leaderboard left, Leaderboard right) =>
        left.Ranked == right.Ranked && left.Unranked == right.Unranked && left.On == right.On
        && left.Entries.Equals(right.Entries) && Equals(left.Own, right.Own);

    /// <summary>What a watch sends.</summary>
    public static LeaderboardUpdate ToUpdate(BoardPage page, Leaderboard shown, LeaderboardUpdate? last) => new()
    {
        Sequence = page.Sequence,
        // A board that was dropped from memory since counts from its own beginning.
        Conflated = last is null ? 0 : page.Sequence - Math.Max(last.Sequence, page.FirstSequence) - 1,
        Board = shown,
    };

    private static BoardMeasure MeasureOf(LeaderboardRequest request) =>
        request.Measure == BoardMeasure.Unspecified ? BoardMeasure.Attainment : request.Measure;

    private static int SizeOf(LeaderboardRequest request) => request.PageSize == 0 ? DefaultPage : request.PageSize;

    private static int OffsetOf(LeaderboardRequest request)
    {
        if (request.PageToken.Length == 0)
        {
            return 0;
        }

        return int.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw Inputs.Invalid("page_token", "It comes from no page: begin at the first one.");
    }
}
