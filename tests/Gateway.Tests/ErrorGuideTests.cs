using System.Globalization;
using System.Text.RegularExpressions;
using Commission.Contracts.Grains;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Api;
using Commission.Gateway.Grpc.Http;

namespace Commission.Gateway.Tests;

/// <summary>The tables of errors in docs/api.md are those that hold.</summary>
public sealed partial class ErrorGuideTests
{
    private readonly string _page = File.ReadAllText(Path.Combine(Root, "docs", "api.md"));

    [Fact]
    public void Guide_ItsReasons_AreAllWithTheirStatuses()
    {
        var shown = Reasons().Matches(_page).Select(row => row.Groups["row"].Value);
        var there = Enum.GetValues<RefusalReason>().Select(reason => string.Create(
            CultureInfo.InvariantCulture,
            $"`{Refusals.NameOf(reason)}` | `{NameOf(Refusals.StatusOf(reason))}` | "
                + $"{HttpStatuses.Of(Refusals.StatusOf(reason))}"));

        Assert.Equal(there, shown);
    }

    [Fact]
    public void Guide_ItsOtherStatuses_HaveTheirHttpStatuses()
    {
        var statuses = Enum.GetValues<RpcStatus>().ToDictionary(NameOf, HttpStatuses.Of, StringComparer.Ordinal);
        var shown = Statuses().Matches(_page)
            .Select(row => row.Groups)
            .Select(row => (row["status"].Value, int.Parse(row["http"].Value, CultureInfo.InvariantCulture)))
            .ToList();

        // Two have other HTTP statuses where it is the request that is too large, or goes nowhere.
        Assert.Equal(9, shown.Count);
        Assert.All(shown.Where(row => row is not ("UNIMPLEMENTED", 404) and not ("RESOURCE_EXHAUSTED", 413)), row =>
            Assert.Equal(statuses[row.Item1], row.Item2));
    }

    private static string NameOf(RpcStatus status) =>
        Words().Replace(status.ToString(), "_$0").TrimStart('_').ToUpperInvariant();

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Commission.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
            }

            return folder.FullName;
        }
    }

    [GeneratedRegex(
        @"^\| (?<row>`[A-Z_]+` \| `[A-Z_]+` \| \d+) \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Reasons();

    [GeneratedRegex(
        @"^\| [a-z][^|]+ \| `(?<status>[A-Z_]+)` \| (?<http>\d+)",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1000)]
    private static partial Regex Statuses();

    [GeneratedRegex("[A-Z][a-z]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Words();
}
