using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What may stand at a place of a document. Readers read by it, and the schema is written from it.</summary>
internal abstract record Shape
{
    /// <summary>Any single value. Documents may write it as text, a number or a truth value.</summary>
    /// <param name="LengthMin">Fewest characters.</param>
    /// <param name="LengthMax">Most characters; null: any number.</param>
    public sealed record Text(int LengthMin = 1, int? LengthMax = null) : Shape;

    /// <summary>Text of one pattern.</summary>
    /// <param name="Expression">A regular expression of both .NET and JSON Schema, for the whole text.</param>
    /// <param name="Format">JSON Schema's name of it, or null.</param>
    public sealed record Pattern(string Expression, string? Format = null) : Shape
    {
        /// <summary>
        /// What a document may hold there: YAML and JSON know some texts as numbers (the id 2026) or truth values.
        /// </summary>
        public ImmutableArray<string> Types { get; init; } = ["string"];

        /// <summary>The least and the most of a number among them.</summary>
        public (decimal Min, decimal Max)? Range { get; init; }
    }

    /// <summary>A number.</summary>
    /// <param name="MayBePercent">Whether a per-cent sign may follow.</param>
    /// <param name="Min">The least.</param>
    /// <param name="Max">The most.</param>
    /// <param name="Whole">Whether it has no fraction.</param>
    public sealed record Number(
        bool MayBePercent, decimal? Min = null, decimal? Max = null, bool Whole = false) : Shape;

    /// <summary>One of a fixed set of words.</summary>
    public sealed record Words(ImmutableArray<string> All) : Shape;

    /// <summary>A list.</summary>
    public sealed record List(Shape Item, bool MayBeEmpty = false, bool IsSet = false) : Shape;

    /// <summary>A map with names of the author's own.</summary>
    /// <param name="Value">What each name leads to.</param>
    /// <param name="Known">Names among them of which more is known.</param>
    /// <param name="Name">What a name must look like; null: any.</param>
    /// <param name="Refused">Names that must not stand there.</param>
    public sealed record Names(
        Shape Value, ImmutableArray<Field> Known, string? Name, ImmutableArray<string> Refused) : Shape;

    /// <summary>Exactly one of several shapes, no two of which have a value in common.</summary>
    public sealed record Either(params ImmutableArray<Shape> Of) : Shape;
}

/// <summary>A map with fixed fields, of which none else may stand there.</summary>
/// <param name="Name">What it is, in one word of the schema.</param>
/// <param name="Means">What it is, for people.</param>
/// <param name="Fields">In the order in which they are best written.</param>
internal sealed record Map(string Name, string Means, params ImmutableArray<Field> Fields) : Shape
{
    /// <summary>The fields' names.</summary>
    public string[] FieldNames { get; } = [.. Fields.Select(field => field.Name)];

    /// <summary>Groups of fields of which no two stand together.</summary>
    public ImmutableArray<Alternatives> Alternatives { get; init; } = [];

    /// <summary>Fields that have no sense without another.</summary>
    public ImmutableArray<(Field Field, Field Without)> Dependent { get; init; } = [];

    /// <summary>Whether at least one field must stand there.</summary>
    public bool NeedsAny { get; init; }
}

/// <summary>Fields of which only one may stand in a map.</summary>
/// <param name="Needed">Whether one must.</param>
/// <param name="Fields">At least two.</param>
internal sealed record Alternatives(bool Needed, params ImmutableArray<Field> Fields)
{
    public string[] Names { get; } = [.. Fields.Select(field => field.Name)];
}

/// <summary>A field of a map: one declaration for its reader, its schema and its description.</summary>
/// <param name="Name">As written.</param>
/// <param name="Means">What it means, for people.</param>
/// <param name="Shape">What may stand there.</param>
internal record Field(string Name, string Means, Shape Shape)
{
    /// <summary>Whether its absence is an error.</summary>
    public bool Needed { get; init; }

    /// <summary>What its absence means, as it would be written; null where that is nothing.</summary>
    public string? Default { get; init; }
}

/// <summary>A field whose value can be read without knowing more than the field.</summary>
internal sealed record Field<T>(string Name, string Means, Form<T> Form) : Field(Name, Means, Form.Shape);

/// <summary>A shape, and how it is read. <typeparamref name="T"/> can be null: an error was reported.</summary>
internal sealed record Form<T>(Shape Shape, Func<Spot, T> Read);
