using Commission.Contracts.V1;

namespace Commission.Client.Import;

/// <summary>What came of one deal's rows in a file.</summary>
/// <param name="Line">The first line, from 1; the header counts.</param>
/// <param name="LastLine">The last line, inclusive.</param>
/// <param name="Deal">The deal's id; empty where it could not be read.</param>
public abstract record ImportRow(long Line, long LastLine, string Deal)
{
    /// <summary>An event that can be recorded.</summary>
    public sealed record Accepted(long Line, long LastLine, RecordRequest Request)
        : ImportRow(Line, LastLine, Request.Deal.Deal_);

    /// <summary>Rows that make no event, and why; at least one refusal.</summary>
    public sealed record Refused(long Line, long LastLine, string Deal, IReadOnlyList<RowRefusal> Refusals)
        : ImportRow(Line, LastLine, Deal);
}

/// <summary>Why a deal was refused: by us, before it was sent, or by the server.</summary>
/// <param name="Line">Where in the file, from 1.</param>
/// <param name="Deal">The deal's id; may be empty.</param>
/// <param name="Field">The path in the API's event, such as <c>deal.amount</c>; <c>row</c>: the row itself.</param>
/// <param name="Reason">What is wrong and what would be right.</param>
public sealed record RowRefusal(long Line, string Deal, string Field, string Reason);
