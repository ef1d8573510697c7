using System.Buffers.Binary;
using PureHDF;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>One member of HDF5 records, taken out of their bytes.</summary>
internal static class Hdf5Member
{
    private delegate T Decode<T>(ReadOnlySpan<byte> bytes);

    /// <summary>Whole numbers as <c>long[]</c>, floating ones as <c>double[]</c>; empty for what is no number.</summary>
    /// <param name="bytes">All records.</param>
    /// <param name="size">Bytes of a record.</param>
    /// <param name="member">The member; it lies within a record.</param>
    public static Array Values(byte[] bytes, int size, CompoundMember member)
    {
        // an enumeration's base is what NumPy writes for truth values: one byte
        var isSigned = member.Type.Class == H5DataTypeClass.FixedPoint && member.Type.FixedPoint.IsSigned;
        return (member.Type.Class, member.Type.Size, isSigned) switch
        {
            (H5DataTypeClass.FixedPoint, 1, true) => Every(bytes, size, member.Offset, at => (long)(sbyte)at[0]),
            (H5DataTypeClass.FixedPoint or H5DataTypeClass.Enumerated, 1, _) => Every(bytes, size, member.Offset, at => (long)at[0]),
            (H5DataTypeClass.FixedPoint, 2, true) => Every(
                bytes, size, member.Offset, at => (long)BinaryPrimitives.ReadInt16LittleEndian(at)),
            (H5DataTypeClass.FixedPoint, 2, false) => Every(
                bytes, size, member.Offset, at => (long)BinaryPrimitives.ReadUInt16LittleEndian(at)),
            (H5DataTypeClass.FixedPoint, 4, true) => Every(
                bytes, size, member.Offset, at => (long)BinaryPrimitives.ReadInt32LittleEndian(at)),
            (H5DataTypeClass.FixedPoint, 4, false) => Every(
                bytes, size, member.Offset, at => (long)BinaryPrimitives.ReadUInt32LittleEndian(at)),
            (H5DataTypeClass.FixedPoint, 8, true) => Every(bytes, size, member.Offset, BinaryPrimitives.ReadInt64LittleEndian),
            (H5DataTypeClass.FixedPoint, 8, false) => Every(
                bytes, size, member.Offset, at => checked((long)BinaryPrimitives.ReadUInt64LittleEndian(at))),
            (H5DataTypeClass.FloatingPoint, 4, _) => Every(
                bytes, size, member.Offset, at => (double)BinaryPrimitives.ReadSingleLittleEndian(at)),
            (H5DataTypeClass.FloatingPoint, 8, _) => Every(bytes, size, member.Offset, BinaryPrimitives.ReadDoubleLittleEndian),
            _ => Array.Empty<double>(),
        };
    }

    private static T[] Every<T>(byte[] bytes, int size, int offset, Decode<T> decode)
    {
        var values = new T[bytes.Length / size];
        for (var record = 0; record < values.Length; record++)
        {
            values[record] = decode(bytes.AsSpan((record * size) + offset));
        }

        return values;
    }
}
