namespace Commission.Client.Import;

/// <summary>How the rows of a CSV file become deals. Valid by construction; docs/import.md has the format.</summary>
/// <param name="Source">Part of every event id: the same rows from the same source are the same events.</param>
/// <param name="Csv">How the file is written.</param>
/// <param name="Group">Rows next to each other with the same value here are one deal; null: each row is one.</param>
/// <param name="Deal">The deal's id.</param>
/// <param name="Version">The deal's version in its source; null where the source has none.</param>
/// <param name="Credited">The day it counts on.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Currency">Of amount and margin.</param>
/// <param name="Amount">Its value.</param>
/// <param name="Margin">Null: not known.</param>
/// <param name="Quantity">Null: not known.</param>
/// <param name="Probability">Null: not known.</param>
/// <param name="Owners">At least one.</param>
/// <param name="Fields">Any other fields of the deal.</param>
/// <param name="RowsMax">The most rows that one deal may have.</param>
public sealed record Mapping(
    string Source,
    CsvFormat Csv,
    string? Group,
    Expression Deal,
    Expression? Version,
    DateMapping Credited,
    StatusMapping Status,
    Expression Currency,
    Expression Amount,
    Expression? Margin,
    Expression? Quantity,
    Expression? Probability,
    IReadOnlyList<OwnerMapping> Owners,
    IReadOnlyList<FieldMapping> Fields,
    int RowsMax)
{
    /// <summary>The names of all columns that the file must have.</summary>
    public IEnumerable<string> Columns =>
        new[] { Deal, Version, Credited.Value, Status.Value, Currency, Amount, Margin, Quantity, Probability }
            .Concat(Owners.SelectMany(owner => new[] { owner.Rep, owner.Share, owner.Split }))
            .Concat(Fields.Select(named => named.Value))
            .OfType<Expression>()
            .SelectMany(expression => expression.Columns)
            .Concat(Group is null ? Array.Empty<string>() : [Group])
            .Distinct(StringComparer.Ordinal);
}

/// <summary>How a CSV file is written.</summary>
/// <param name="Delimiter">Between cells; one character.</param>
/// <param name="Columns">The columns' names where the file has no header; empty: the first row names them.</param>
/// <param name="Latin1">ISO 8859-1 in place of UTF-8.</param>
/// <param name="DecimalMark">'.' or ','.</param>
/// <param name="GroupMark">Between thousands; null: none.</param>
public sealed record CsvFormat(
    char Delimiter, IReadOnlyList<string> Columns, bool Latin1, char DecimalMark, char? GroupMark);

/// <summary>A date and how it is written.</summary>
/// <param name="Value">The text.</param>
/// <param name="Format">As .NET's custom date formats, e.g. <c>yyyy-MM-dd</c> or <c>M/d/yyyy</c>.</param>
public sealed record DateMapping(Expression Value, string Format);

/// <summary>Where a deal stands.</summary>
/// <param name="Value">The source's word.</param>
/// <param name="Words">What each word means; empty: the source uses our own words.</param>
/// <param name="Otherwise">What all other words mean; null: they are refused.</param>
public sealed record StatusMapping(
    Expression Value, IReadOnlyDictionary<string, Contracts.V1.DealStatus> Words, Contracts.V1.DealStatus? Otherwise);

/// <summary>One owner, or a column that holds several.</summary>
/// <param name="Rep">The payee's id; where it is empty the deal lacks this owner. Null with a split.</param>
/// <param name="Share">Null: 100 %, which is right for a single owner only.</param>
/// <param name="Split">Owners in one text, such as <c>rep-1:60%;rep-2:40%</c>.</param>
/// <param name="Separator">Between owners in that text.</param>
/// <param name="ShareSeparator">Between a payee and its share in that text.</param>
public sealed record OwnerMapping(
    Expression? Rep, Expression? Share, Expression? Split, string Separator, string ShareSeparator);

/// <summary>One field of a deal.</summary>
/// <param name="Name">Its name; with <c>{column}</c> in it, one field for each value of that column.</param>
/// <param name="Value">Its value; where that is empty the deal lacks the field.</param>
public sealed record FieldMapping(string Name, Expression Value);
