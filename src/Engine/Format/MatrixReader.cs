using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads a matrix of pay over two components' attainments.</summary>
internal static class MatrixReader
{
    public static Pay.Matrix? Read(Spot spot, Findings findings)
    {
        var fields = spot.Fields(PayShapes.Matrix);
        if (fields is null)
        {
            return null;
        }

        var target = PayReader.ReadTarget(fields.At(PayShapes.Target));
        var rows = ReadAxis(fields.At(PayShapes.Rows), findings);
        var columns = ReadAxis(fields.At(PayShapes.Columns), findings);
        var cells = ReadCells(fields.At(PayShapes.Cells), rows, columns);
        return rows is null || columns is null ? null : new Pay.Matrix(target, rows, columns, cells);
    }

    private static MatrixAxis? ReadAxis(Spot? spot, Findings findings)
    {
        var fields = spot?.Fields(PayShapes.Axis);
        if (fields is null)
        {
            return null;
        }

        var by = findings.By(fields.At(PayShapes.By));
        decimal? last = null;
        var from = ImmutableArray.CreateBuilder<decimal>();
        var items = fields.At(PayShapes.AxisFrom)?.Items("a list of attainments");
        foreach (var item in items ?? [])
        {
            from.Add(item.Rising(ref last) ?? 0);
        }

        return items is null ? null : new MatrixAxis(by, from.ToImmutable());
    }

    private static ImmutableArray<ImmutableArray<decimal>> ReadCells(Spot? spot, MatrixAxis? rows, MatrixAxis? columns)
    {
        var lines = spot?.Items("a list with one list for each row");
        if (lines is null)
        {
            return [];
        }

        CheckCount(spot, lines.Count, rows, "rows");
        var cells = ImmutableArray.CreateBuilder<ImmutableArray<decimal>>(lines.Count);
        foreach (var line in lines)
        {
            var items = line.Items("a list with one cell for each column");
            if (items is not null)
            {
                CheckCount(line, items.Count, columns, "columns");
                cells.Add([.. items.Select(item => Forms.Fraction.Read(item) ?? 0)]);
            }
        }

        return cells.ToImmutable();
    }

    private static void CheckCount(Spot? spot, int count, MatrixAxis? axis, string what)
    {
        if (axis is not null && axis.From.Length != count)
        {
            spot?.Error($"has {count} entries, but the matrix has {axis.From.Length} {what}");
        }
    }
}
