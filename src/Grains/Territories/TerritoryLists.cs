using System.Collections.Immutable;
using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Territory = Commission.Engine.Territory;

namespace Commission.Grains.Territories;

/// <summary>Pages of trees and of members, by a tenant's territories as they are.</summary>
internal static class TerritoryLists
{
    private const int DefaultDepth = 3;
    private const int MostDepth = 100;
    private const int DefaultPage = 100;
    private const int LargestTree = 500;
    private const int LargestPage = 1000;

    /// <summary>A page of a tree, without totals.</summary>
    public static Answer<TreePage> Tree(
        ImmutableDictionary<string, Territory> territories, TerritoryTreeRequest request)
    {
        var fields = new Fields();
        fields.Page(request.PageSize, LargestTree);
        fields.OptionalDay("on", request.On);
        if (request.Depth is < 0 or > MostDepth)
        {
            fields.Refuse("depth", $"{request.Depth} is not a depth: expected 0 to {MostDepth}.");
        }

        CheckTop(territories, request.Territory, isRequired: false, fields);
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var forest = Forest.Of(territories);
        var all = forest.Walk(request.Territory, request.Depth == 0 ? DefaultDepth : request.Depth).ToList();
        var start = request.PageToken.Length == 0
            ? 0
            : all.FindIndex(one => one.Territory.Id == request.PageToken) + 1;
        if (start == 0 && request.PageToken.Length > 0)
        {
            return new Refusal(RefusalReason.InvalidField, "page_token",
                "It names no territory of this tree: begin at the first page.");
        }

        var shown = all.Skip(start).Take(request.PageSize == 0 ? DefaultPage : request.PageSize).ToList();
        var page = new TreePage
        {
            Total = all.Count,
            NextPageToken = start + shown.Count < all.Count ? shown[^1].Territory.Id : "",
        };
        page.Nodes.AddRange(shown.Select(one => new TerritoryNode
        {
            Territory = one.Territory.Id,
            Title = one.Territory.Title,
            Parent = one.Territory.Parent ?? "",
            Level = one.Level,
            Children = forest.ChildrenOf(one.Territory.Id),
            Members = one.Territory.Members.Length,
        }));
        return page;
    }

    /// <summary>A page of the members of a territory and of those below it.</summary>
    /// <param name="territories">By id.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="today">The day where none is asked for.</param>
    public static Answer<TerritoryMembersReply> Members(
        ImmutableDictionary<string, Territory> territories, TerritoryMembersRequest request, DateOnly today)
    {
        var fields = new Fields();
        fields.Page(request.PageSize, LargestPage);
        var day = fields.OptionalDay("on", request.On) ?? today;
        var start = fields.Offset(request.PageToken);
        CheckTop(territories, request.Territory, isRequired: true, fields);
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        var shown = Forest.Of(territories).Walk(request.Territory, int.MaxValue)
            .SelectMany(one => one.Territory.Members.Select(member => (one.Territory.Id, Member: member)))
            .Where(one => request.AnyDay || one.Member.Covers(day))
            .Skip(start).Take(size + 1)
            .ToList();
        var reply = new TerritoryMembersReply
        {
            NextPageToken = shown.Count > size ? (start + size).ToString(CultureInfo.InvariantCulture) : "",
        };
        reply.Members.AddRange(shown.Take(size).Select(one => new TerritoryMembership
        {
            Territory = one.Id,
            Rep = one.Member.Rep,
            Role = one.Member.Role.ToString().ToLowerInvariant(),
            Share = one.Member.Share.ToText(),
            From = one.Member.From?.ToText() ?? "",
            To = one.Member.To?.ToText() ?? "",
        }));
        return reply;
    }

    /// <summary>Notes a page size that can't be.</summary>
    public static void Page(this Fields fields, int size, int largest)
    {
        if (size < 0 || size > largest)
        {
            fields.Refuse("page_size", $"{size} is not a page size: expected 0 to {largest}.");
        }
    }

    /// <summary>Where a page begins, by a token that counts what came before; 0 without one.</summary>
    private static int Offset(this Fields fields, string token)
    {
        if (token.Length == 0 || int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return token.Length == 0 ? 0 : int.Parse(token, CultureInfo.InvariantCulture);
        }

        fields.Refuse("page_token", "It comes from no page: begin at the first one.");
        return 0;
    }

    private static void CheckTop(
        ImmutableDictionary<string, Territory> territories, string id, bool isRequired, Fields fields)
    {
        if ((id.Length > 0 || isRequired) && !territories.ContainsKey(id))
        {
            fields.Refuse(RefusalReason.UnknownTerritory, "territory", $"No territory has the id '{id}'.");
        }
    }
}
